/** What the worked example says: Markdown with merge tags, each with a fallback where a contact may have no value. */
type Mail = { subject: string; preheader: string; body: string };

export const couponMail: Mail = {
  subject: '{{ contact.firstName | default: "Hello" }}, 25 % off until {{ coupon.deadline | date: "%B %-d" }}',
  preheader: 'A code of your own, good for anything in the shop until the month ends.',
  body: `# It has been a while

Hi {{ contact.firstName | default: "there" }},

you ordered from us once, and we were glad to pack it for you. Since then we have heard nothing, so perhaps you simply forgot where you found us.

Here is a good reason to come back this month: **25 % off your whole order**.

Your own code, good once:

## {{ coupon.code }}

It works until **{{ coupon.deadline | date: "%B %-d" }}**, on everything, with no minimum.

[Buy before the end of this month and take 25 % off](https://shop.example.com/?code={{ coupon.code }})

If anything was not right with your first order, just reply. A person reads every answer.

Your shop team
`,
};

export const reminderMail: Mail = {
  subject: 'Three days left for your 25 %',
  preheader: 'Your code {{ coupon.code }} ends on {{ coupon.deadline | date: "%B %-d" }}.',
  body: `# Three days left

Hi {{ contact.firstName | default: "there" }},

your 25 % is still waiting for you, but not for long: the code ends on **{{ coupon.deadline | date: "%B %-d" }}**.

## {{ coupon.code }}

Put in what you have been looking at, enter the code, and a quarter of the price is gone. It takes two minutes.

[Use your 25 % before it ends](https://shop.example.com/?code={{ coupon.code }})

Not this time? That is fine too. We will not remind you again.

Your shop team
`,
};

export const thankYou: Mail = {
  subject: 'Thank you for coming back, {{ contact.firstName | default: "friend" }}',
  preheader: 'What happens with your order now, and how to get the most out of it.',
  body: `# Good to have you back

Hi {{ contact.firstName | default: "there" }},

thank you for your second order. We are packing it now, and you will hear from us when it leaves the house.

While you wait:

- **Changed your mind?** Return anything within 30 days, no questions asked.
- **Something to ask?** Reply to this mail; we answer within a day.
- **New to it?** Our short guide shows what to do first.

[See what to do first with your order](https://shop.example.com/first-steps)

Enjoy it!

Your shop team
`,
};

export const checkIn: Mail = {
  subject: 'How do you like it?',
  preheader: 'One minute for you, and we know what to do better.',
  body: `# How is it going?

Hi {{ contact.firstName | default: "there" }},

your order has been with you for about a week. Is it what you hoped for?

If yes, we would love to know what you like most. If not, tell us what went wrong, and we will put it right.

[Tell us how you like it](https://shop.example.com/feedback)

We sell nothing in this mail. We only want to know that you are well looked after.

Your shop team
`,
};
