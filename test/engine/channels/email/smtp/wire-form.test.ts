import { expect, it } from 'vitest';
import { onTheWire } from '#engine/channels/email/smtp/wire-form.ts';

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

it('the next commands come behind its end', () => {
  expect(onTheWire(Buffer.from('a\r\n'), 'MAIL FROM:<b@c.example>\r\n').toString()).toBe(
    'a\r\n.\r\nMAIL FROM:<b@c.example>\r\n',
  );
});
