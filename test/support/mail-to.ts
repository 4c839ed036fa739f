import type { Mail } from '#engine/channels/email/smtp/outcome.ts';

/** A small mail, whose delivery's key is its address. */
export function mailTo(to: string): Mail {
  return {
    from: 'hello@shop.example',
    to,
    bytes: Buffer.from(`Subject: a\r\nX-Pasture-Key: ${to}\r\n\r\nb\r\n`),
  };
}

/** So many addresses, each another. */
export function addresses(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `p${index}@example.com`);
}
