import { expect, it } from 'vitest';
import { createReplyReader, type Reply } from '#engine/channels/email/smtp/replies.ts';

function reading(...chunks: string[]): Reply[] {
  const replies: Reply[] = [];
  const read = createReplyReader((reply) => replies.push(reply));
  for (const chunk of chunks) read(Buffer.from(chunk));
  return replies;
}

it('replies are put together however their bytes come', () => {
  const words = '250-2.1.0 ça\r\n250 va\r\n354 go on\r\n';
  const said = [
    { code: 250, text: '250-2.1.0 ça 250 va' },
    { code: 354, text: '354 go on' },
  ];
  expect(reading(words)).toEqual(said);
  for (let cut = 1; cut < words.length; cut++) expect(reading(words.slice(0, cut), words.slice(cut))).toEqual(said);
});

it('what servers leave out or do otherwise is read as it is meant', () => {
  expect(reading('250\r\n250\tok\n\r\n')).toEqual([
    { code: 250, text: '250' },
    { code: 250, text: '250\tok' },
  ]);
});

it('what is no reply, or never comes to an end, is not waited for', () => {
  expect(() => reading('what?\r\n')).toThrow('what is no reply');
  expect(() => reading('2500 ok\r\n')).toThrow('what is no reply');
  expect(() => reading('250-more\r\n'.repeat(10_000))).toThrow('does not come to an end');
  expect(() => reading('2'.repeat(100_000))).toThrow('does not come to an end');
});
