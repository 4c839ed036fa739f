import PostalMime from 'postal-mime';
import { expect, test } from 'vitest';
import type { EmailContent } from '#shared/message.ts';
import { senderDefaults } from '#shared/sender.ts';
import { compileContent } from '#engine/channels/email/compile-content.ts';
import { readLink } from '#engine/channels/email/links.ts';
import { renderMail, type Rendering, renderPage } from '#engine/channels/email/render.ts';
import { exampleContact } from '#engine/deliveries/example.ts';

const secret = 'a secret of the workspace';
const now = new Date('1997-04-15T00:00:00Z');

async function rendering(content: Partial<EmailContent>, change: Partial<Rendering> = {}): Promise<Rendering> {
  const whole: EmailContent = { subject: 'Hello', preheader: '', format: 'markdown', body: 'Hi', ...content };
  return {
    key: 'journey:ada::now|hello',
    address: 'ada@example.com',
    contact: exampleContact(now),
    sender: {
      _id: 's',
      name: 'The Shop',
      email: 'hi@shop.test',
      replyTo: 'help@shop.test',
      postalAddress: '1 High Street',
      isDefault: true,
      ...senderDefaults,
    },
    company: 'The Shop',
    zone: 'UTC',
    publicUrl: 'https://pasture.test',
    subject: whole.subject,
    content: await compileContent(whole),
    journey: 'Win them back!',
    step: { id: 'coupon', name: 'Coupon' },
    coupons: { coupon: { code: 'SAVE-25', deadline: new Date('1997-04-30T23:59:59.999Z') } },
    ask: { label: 'Buy & save', link: 'https://shop.test/?code={{ coupon.code }}', until: now },
    tracking: { secret, journeyId: 'Jou1', source: 'One-time buyers' },
    ...change,
  };
}

const mailOf = async (given: Rendering) => PostalMime.parse(renderMail(given).bytes);

test('merge tags print the person, the coupon, its last day and the call to action', async () => {
  const body =
    'Dear {{ contact.firstName }}, {{ coupon.code }} until {{ coupon.deadline }} ({{ coupon.deadline | date: "%d/%m" }})';
  const page = renderPage(await rendering({ body, subject: '{{ contact.nick | default: "you" }}' }));
  expect(page.text).toContain('Dear Ada, SAVE-25 until April 30, 1997 (30/04)');
  expect(page.subject).toBe('you');
});

test('a Chinese message prints its dates in Chinese and carries a Chinese footer', async () => {
  const page = renderPage(await rendering({ body: '优惠截止 {{ coupon.deadline }}' }));
  expect(page.text).toContain('1997年4月30日');
  expect(page.html).toContain('退订');
});

test('links lead through a signed redirect to their own target, with campaign parameters', async () => {
  const page = renderPage(
    await rendering({ body: '[{{ cta.label }}]({{ cta.link }}) and [x](https://other.test/?utm_source=mine)' }),
  );
  const targets = [...page.html.matchAll(/https:\/\/pasture\.test\/c\/([\w.-]+)/g)].map(([, token]) =>
    readLink(secret, 'c', token ?? ''),
  );
  expect(targets.map((payload) => payload?.l)).toEqual([
    'https://shop.test/?code=SAVE-25&utm_source=One-time+buyers&utm_medium=email&utm_campaign=win-them-back&utm_content=coupon',
    'https://other.test/?utm_source=mine&utm_medium=email&utm_campaign=win-them-back&utm_content=coupon',
  ]);
  expect(page.html).toContain('Buy &amp; save');
});

test('a link changed after it was signed, or used for another purpose, is refused', async () => {
  const page = renderPage(await rendering({ body: '[x](https://shop.test/)' }));
  const token = /\/c\/([\w.-]+)/.exec(page.html)?.[1] ?? '';
  const [, signature = ''] = token.split('.');
  const forged = Buffer.from(JSON.stringify({ d: 'x', l: 'https://evil.test/' })).toString('base64url');
  expect(readLink(secret, 'c', token)).not.toBeNull();
  expect(readLink(secret, 'c', `${forged}.${signature}`)).toBeNull();
  expect(readLink(secret, 'u', token)).toBeNull();
  expect(readLink('another secret', 'c', token)).toBeNull();
  expect(readLink(secret, 'c', 'nonsense')).toBeNull();
});

test('every message carries a text part, the postal address, and a way out by one click', async () => {
  const mail = await mailOf(await rendering({ body: 'Hi **there**' }));
  const header = (key: string) => mail.headers.find((one) => one.key === key)?.value;
  expect(mail.text).toContain('Hi there');
  expect(mail.html).toContain('1 High Street');
  expect(header('list-unsubscribe')).toMatch(/^<https:\/\/pasture\.test\/u\/[\w.-]+>$/);
  expect(header('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
  expect(header('x-pasture-key')).toBe('journey:ada::now|hello');
  expect(mail.replyTo).toEqual([{ name: '', address: 'help@shop.test' }]);
});

test('the same message has the same Message-ID however often it is tried', async () => {
  const given = await rendering({});
  expect((await mailOf(given)).messageId).toBe((await mailOf(given)).messageId);
});

test('a name or a subject cannot break out of its header', async () => {
  const hostile = 'Eve"\r\nBcc: all@people.test\r\n\r\n<b>, \u202egnp.exe';
  const contact = { ...exampleContact(now), name: hostile, profile: { firstName: hostile } };
  const given = await rendering({ subject: 'For {{ contact.firstName }}' }, { contact });
  const mail = await mailOf({ ...given, sender: { ...given.sender, name: 'Smith, "Joe"\nX: y' } });
  expect(mail.headers.some(({ key }) => key === 'bcc' || key === 'x')).toBe(false);
  expect(mail.to).toHaveLength(1);
  expect(mail.to?.[0]?.address).toBe('ada@example.com');
  expect(mail.from).toMatchObject({ name: 'Smith, "Joe" X: y', address: 'hi@shop.test' });
  expect(mail.subject).not.toContain('\u202e');
});

test('subjects and bodies in any script arrive as they were written', async () => {
  const words = '本月底前下单立减二十五元，欢迎回来。'.repeat(12);
  const mail = await mailOf(
    await rendering({ subject: `🎁 ${words.slice(0, 60)}`, body: `${words}\n\n.leading dot\n\nFrom here` }),
  );
  expect(mail.subject).toBe(`🎁 ${words.slice(0, 60)}`);
  expect(mail.text).toContain(words);
  expect(mail.text).toContain('.leading dot');
});

test('a mail breaks its lines by CRLF alone, so that no server sees an end in it that others do not', async () => {
  for (const breaks of [
    'a\r.\rb',
    'a\n.\nb',
    'a\r\n.\r\nb',
    `${'long '.repeat(400)}\r.\n`,
    `多\r.\r\n${'言'.repeat(900)}\n.`,
  ]) {
    const contact = { ...exampleContact(now), name: breaks, profile: { firstName: breaks } };
    const given = await rendering(
      { subject: 'For {{ contact.firstName }}', body: '{{ contact.firstName }}' },
      { contact },
    );
    const { bytes } = renderMail({ ...given, journey: breaks, sender: { ...given.sender, name: breaks } });
    expect(bytes.toString('latin1')).not.toMatch(/\r(?!\n)|(?<!\r)\n/);
  }
});

test("a person's values are escaped in HTML, and cannot become links that run", async () => {
  const contact = {
    ...exampleContact(now),
    profile: { firstName: '<img src=x onerror=alert(1)>', site: 'javascript:alert(1)' },
  };
  const page = renderPage(
    await rendering({ body: 'Hi {{ contact.firstName }} [site]({{ contact.site }})' }, { contact }),
  );
  expect(page.html).not.toContain('<img src=x');
  expect(page.html).not.toContain('javascript:');
});

test('templates reach neither files nor what objects inherit', async () => {
  const page = renderPage(await rendering({ body: 'a{{ contact.constructor.name }}b{{ contact.__proto__ }}c' }));
  expect(page.text).toContain('abc');
  const { problems } = await compileContent({
    subject: 'x',
    preheader: '',
    format: 'markdown',
    body: '{% include "/etc/passwd" %}',
  });
  const included = await rendering({ body: '{% include "/etc/passwd" %}' });
  expect(problems.length > 0 || throws(() => renderPage(included))).toBe(true);
});

test('a test send is not tracked and unsubscribes nobody', async () => {
  const mail = await mailOf(await rendering({ body: '[x](https://shop.test/)' }, { tracking: null }));
  expect(mail.html).toContain('href="https://shop.test/"');
  expect(mail.html).toContain('/u/preview');
  expect(mail.headers.some(({ key }) => key === 'list-unsubscribe')).toBe(false);
});

test('MJML keeps its merge tags, gets a footer, and loses what would run', async () => {
  const body =
    '<mjml><mj-body><mj-section><mj-column><mj-text>Hi {{ contact.firstName | default: "you" }}</mj-text><mj-raw><script>alert(1)</script></mj-raw></mj-column></mj-section></mj-body></mjml>';
  const compiled = await compileContent({ subject: 'x', preheader: 'Look', format: 'mjml', body });
  expect(compiled.html).toContain('{{ contact.firstName | default: "you" }}');
  expect(compiled.html).toContain('{{ unsubscribe }}');
  expect(compiled.html).not.toContain('alert(1)');
  expect(compiled.text).toContain('Hi {{ contact.firstName | default: "you" }}');
  expect(compiled.problems).toEqual([{ field: 'body', message: 'Scripts, forms and frames do not work in mails.' }]);
});

test('what is wrong with a template is told by its field', async () => {
  const { problems } = await compileContent({
    subject: '{% if x %}',
    preheader: '',
    format: 'mjml',
    body: '<mjml><mj-body><mj-foo/></mj-body></mjml>',
  });
  expect(problems.map(({ field }) => field)).toEqual(['subject', 'body']);
});

function throws(work: () => unknown): boolean {
  try {
    work();
    return false;
  } catch {
    return true;
  }
}
