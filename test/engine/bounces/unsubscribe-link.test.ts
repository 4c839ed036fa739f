import { expect, test } from 'vitest';
import { byUnsubscribeLink } from '#engine/bounces/unsubscribe-link.ts';
import { signLink } from '#engine/channels/email/links.ts';

const SECRET = 'secret';
const link = `https://shop.test/u/${signLink(SECRET, 'u', { d: 'run|hello' })}`;
const found = (text: string) => byUnsubscribeLink(SECRET, text);

test.each([
  ['alone', `Subject: For you\r\nList-Unsubscribe: <${link}>\r\n\r\nHello`],
  ['beside an address', `list-unsubscribe: <mailto:no@shop.test>, <${link}>`],
  ['folded', `List-Unsubscribe:\r\n <${link.slice(0, 40)}\r\n\t${link.slice(40)}>`],
])('a mail is known by its own way out, %s', (_, text) => {
  expect(found(text)).toBe('run|hello');
});

test.each([
  ['of somebody else’s', `List-Unsubscribe: <https://other.test/u/${signLink('another', 'u', { d: 'run|hello' })}>`],
  ['in another field', `X-Was: List-Unsubscribe: <${link}>`],
  ['that never ends', `List-Unsubscribe: <${link}`],
])('a way out %s names none', (_, text) => {
  expect(found(text)).toBeNull();
});

test.each([
  ['brackets that never close', 'List-Unsubscribe: <\n'],
  ['brackets within brackets', 'List-Unsubscribe: <https://shop.test/u/a/u/'],
  ['links of nobody’s', 'List-Unsubscribe: <https://shop.test/u/a.b>\n'],
  ['empty lines that go on', 'List-Unsubscribe:\n \n'],
])('a megabyte of %s hides no way out behind it', (_, piece) => {
  const megabyte = piece.repeat(Math.ceil(1_000_000 / piece.length));
  expect(found(megabyte)).toBeNull();
  expect(found(`${megabyte}\nList-Unsubscribe: <${link}>`)).toBe('run|hello');
});
