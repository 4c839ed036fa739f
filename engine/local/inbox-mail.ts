import { nanoid } from 'nanoid';
import PostalMime from 'postal-mime';
import type { InboxMail } from '#engine/models/delivery.ts';

/** Longest HTML, text and source kept of a mail, in characters. */
const KEPT_CHARACTERS = 1_000_000;

/**
 * Reads a received mail into the row the inbox keeps.
 * @param source the mail as it came after DATA
 * @param envelope.to the addresses of RCPT TO, which may differ from the headers'
 */
export async function readInboxMail(source: Buffer, envelope: { from: string; to: string[] }): Promise<InboxMail> {
  const mail = await PostalMime.parse(source);
  const key = mail.headers.find((header) => header.key === 'x-pasture-key')?.value ?? null;
  return {
    _id: nanoid(),
    receivedAt: new Date(),
    messageId: mail.messageId ?? '',
    from: mail.from?.address ?? envelope.from,
    to: envelope.to,
    subject: mail.subject ?? '',
    headers: mail.headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
    html: (mail.html ?? '').slice(0, KEPT_CHARACTERS),
    text: (mail.text ?? '').slice(0, KEPT_CHARACTERS),
    raw: source.subarray(0, KEPT_CHARACTERS).toString('utf8'),
    key,
  };
}
