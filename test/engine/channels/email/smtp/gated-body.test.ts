import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { GatedBody, onTheWire } from '#engine/channels/email/smtp/gated-body.ts';

const wired = (mail: string) => onTheWire(Buffer.from(mail)).toString();

it('a mail ends in a line of one dot', () => {
  expect(wired('Subject: a\r\n\r\nb\r\n')).toBe('Subject: a\r\n\r\nb\r\n.\r\n');
  expect(wired('Subject: a\r\n\r\nb')).toBe('Subject: a\r\n\r\nb\r\n.\r\n');
  expect(wired('')).toBe('\r\n.\r\n');
});

it('no line of its own can end it, whatever dots it begins with', () => {
  expect(wired('.\r\n.\r\n..\r\n.a\r\nb.\r\n')).toBe('..\r\n..\r\n...\r\n..a\r\nb.\r\n.\r\n');
  expect(wired('a\r\n.')).toBe('a\r\n..\r\n.\r\n');
  expect(wired('\r\n\r\n.\r\n')).toBe('\r\n\r\n..\r\n.\r\n');
});

it('while the gate is shut, or once the mail was given up, nothing is written', async () => {
  const written: string[] = [];
  const wire = new Writable({ write: (chunk, _encoding, done) => done(void written.push(String(chunk))) });
  const body = (openGate: () => Promise<boolean>) =>
    new GatedBody(Buffer.from('a\r\n'), { wire: () => wire, openGate });
  const shut = body(() => Promise.resolve(false));
  shut.pipe(new Writable());
  const opening = Promise.withResolvers<boolean>();
  const givenUp = body(() => opening.promise);
  givenUp.pipe(new Writable());
  givenUp.destroy();
  opening.resolve(true);
  await new Promise(setImmediate);
  expect(written).toEqual([]);
  body(() => Promise.resolve(true)).pipe(new Writable());
  await new Promise(setImmediate);
  expect(written).toEqual(['a\r\n.\r\n']);
});
