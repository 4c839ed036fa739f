import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Of lower-case letters and digits, because mail servers may change the case of what stands before the @. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const ID_LENGTH = 16;
const SIGNATURE_LENGTH = 16;
const TOKEN = /\+([a-z2-7]{32})@/gi;

/** The short name by which a returned mail tells its delivery. */
export function returnId(delivery: string): string {
  return base32(createHash('sha256').update(delivery).digest()).slice(0, ID_LENGTH);
}

/**
 * The envelope sender of one mail (VERP): the bounce address with a signed token, so that whatever comes back to it is
 * about this delivery.
 * @see https://cr.yp.to/proto/verp.txt
 */
export function returnPath(secret: string, bounceAddress: string, delivery: string): string {
  const at = bounceAddress.lastIndexOf('@');
  const id = returnId(delivery);
  return `${bounceAddress.slice(0, at)}+${id}${signatureOf(secret, id)}${bounceAddress.slice(at)}`;
}

/** The ids of all return paths in a text that were signed here; what was made up or changed is none. */
export function returnIdsIn(secret: string, text: string): string[] {
  return [...text.matchAll(TOKEN)].flatMap(([, token = '']) => {
    const id = token.slice(0, ID_LENGTH).toLowerCase();
    const given = Buffer.from(token.slice(ID_LENGTH).toLowerCase());
    return timingSafeEqual(given, Buffer.from(signatureOf(secret, id))) ? [id] : [];
  });
}

function signatureOf(secret: string, id: string): string {
  return base32(createHmac('sha256', secret).update(`b.${id}`).digest()).slice(0, SIGNATURE_LENGTH);
}

function base32(bytes: Buffer): string {
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  let text = '';
  for (let shift = BigInt(bytes.length * 8) - 5n; shift >= 0n; shift -= 5n)
    text += ALPHABET[Number((bits >> shift) & 31n)];
  return text;
}
