import { hash } from 'node:crypto';
import { encodeWords, foldLines } from 'nodemailer/lib/mime-funcs';
import { encode, wrap } from 'nodemailer/lib/qp';

/** A mail before it is put into bytes. Header values are text as people read it; they are made safe here. */
export type Letterhead = {
  key: string;
  from: { name: string; email: string };
  replyTo: string | null;
  to: { name: string; email: string };
  subject: string;
  /** Further headers, whose values are ASCII by construction. */
  headers: Record<string, string>;
  html: string;
  text: string;
};

/** Puts a mail into bytes: both parts, whatever the letters in them, and no header that a value could break out of. */
export function composeMime({ key, from, replyTo, to, subject, headers, html, text }: Letterhead): Buffer {
  const digest = hash('sha256', key);
  // No text comes upon it by chance, and nobody who writes one knows the key it will be sent under.
  const boundary = `=_${digest.slice(40)}`;
  const lines = [
    `From: ${mailbox(from)}`,
    ...(replyTo === null ? [] : [`Reply-To: <${plain(replyTo)}>`]),
    `To: ${mailbox(to)}`,
    header('Subject', isPlain(plain(subject)) ? plain(subject) : encodeWords(plain(subject), 'B', 52, true)),
    `Message-ID: <${messageId(digest, from.email)}>`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    ...Object.entries(headers).map(([name, value]) => header(name, plain(value))),
    `X-Pasture-Key: ${plain(key)}`,
    'MIME-Version: 1.0',
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    part('text/plain', text),
    `--${boundary}`,
    part('text/html', html),
    `--${boundary}--`,
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}

/** The same for every attempt to send one message, so that a mail client can tell a repeat. */
function messageId(digest: string, email: string): string {
  const domain = email.slice(email.lastIndexOf('@') + 1);
  return `${digest.slice(0, 40)}@${plain(domain)}`;
}

function mailbox({ name, email }: { name: string; email: string }): string {
  const clean = plain(name);
  if (clean === '') return `<${plain(email)}>`;
  const phrase = isPlain(clean)
    ? `"${clean.replace(/[\\"]/g, '\\$&').slice(0, 200)}"`
    : encodeWords(clean, 'B', 52, true);
  return foldLines(`${phrase} <${plain(email)}>`, 76);
}

/** Whether a value may stand as it is: printable ASCII that nobody could take for an encoded word. */
function isPlain(value: string): boolean {
  return /^[\x20-\x7e]*$/.test(value) && !value.includes('=?');
}

function header(name: string, value: string): string {
  return foldLines(`${name}: ${value}`, 76);
}

/** One line without control characters, or those that turn the direction of what follows. */
function plain(value: string): string {
  // eslint-disable-next-line no-control-regex -- these are what is being removed
  return value.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ').trim();
}

/** A body part in the lightest encoding that survives every relay. */
function part(type: string, content: string): string {
  const body = content.replace(/\r\n?|\n/g, '\r\n');
  const [encoding, encoded] = encoded7bit(body) ?? (isMostlyAscii(body) ? quotedPrintable(body) : base64(body));
  return `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${encoded}`;
}

/** Lines longer than servers must take (RFC 5321: 998 octets) need an encoding that breaks them. */
const LONGEST_LINE = 990;

function encoded7bit(body: string): [string, string] | null {
  return /^[\t\r\n\x20-\x7e]*$/.test(body) && !hasLongLine(body) ? ['7bit', body] : null;
}

function hasLongLine(body: string): boolean {
  for (let from = 0; body.length - from > LONGEST_LINE;) {
    const end = body.indexOf('\r\n', from);
    if (end === -1 || end - from > LONGEST_LINE) return true;
    from = end + 2;
  }
  return false;
}

function quotedPrintable(body: string): [string, string] {
  return ['quoted-printable', wrap(encode(body))];
}

function base64(body: string): [string, string] {
  const encoded = Buffer.from(body).toString('base64');
  return ['base64', encoded.replace(/.{76}/g, '$&\r\n')];
}

function isMostlyAscii(body: string): boolean {
  // eslint-disable-next-line no-control-regex -- what quoted-printable leaves as it is
  return body.replace(/[\x00-\x7f]+/g, '').length < body.length / 6;
}
