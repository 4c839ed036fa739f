/** What a message can print, by what it is about; where a contact may have no value, with a fallback. */
export const mergeTags = [
  {
    group: 'contact',
    tags: [
      { name: 'firstName', tag: '{{ contact.firstName | default: "there" }}' },
      { name: 'lastName', tag: '{{ contact.lastName | default: "" }}' },
      { name: 'fullName', tag: '{{ contact.name | default: "there" }}' },
      { name: 'email', tag: '{{ contact.email }}' },
      { name: 'trait', tag: '{{ contact.country | default: "" }}' },
    ],
  },
  {
    group: 'coupon',
    tags: [
      { name: 'couponCode', tag: '{{ coupon.code }}' },
      { name: 'couponDeadline', tag: '{{ coupon.deadline | date: "%B %-d" }}' },
    ],
  },
  {
    group: 'callToAction',
    tags: [
      { name: 'callToActionLabel', tag: '{{ cta.label }}' },
      { name: 'callToActionLink', tag: '{{ cta.link }}' },
      { name: 'callToActionDeadline', tag: '{{ cta.deadline | date: "%B %-d" }}' },
    ],
  },
  {
    group: 'company',
    tags: [
      { name: 'companyName', tag: '{{ company }}' },
      { name: 'unsubscribe', tag: '{{ unsubscribe }}' },
    ],
  },
] as const;
