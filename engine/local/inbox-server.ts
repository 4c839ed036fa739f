import type { Readable } from 'node:stream';
import type { Model } from 'mongoose';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { groupCommit } from '#engine/group-commit.ts';
import { readInboxMail } from '#engine/local/inbox-mail.ts';
import type { InboxMail } from '#engine/models/delivery.ts';
import { nativeOf } from '#engine/models/native.ts';

const LARGEST_MAIL_BYTES = 5_000_000;
const TRIM_EVERY = 500;

/** Called with nothing when the mail is safe, or with why it was not taken. */
type Answer = (refusal?: Error) => void;

/**
 * An SMTP server that sends nothing on: it stores each mail durably before it answers 250, and keeps only the newest.
 * @param store.kept how many mails are kept
 */
export function createInboxServer(store: { inbox: Model<InboxMail>; kept: number }): SMTPServer {
  let storedSinceTrim = 0;
  // Mails that arrive together share one durable write.
  const keep = groupCommit(async (mails: InboxMail[]) => {
    await nativeOf(store.inbox).insertMany(mails, { ordered: false });
    return mails.map(() => undefined);
  });

  async function take(stream: Readable & { sizeExceeded: boolean }, session: SMTPServerSession): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) if (!stream.sizeExceeded) chunks.push(Buffer.from(chunk));
    if (stream.sizeExceeded) throw refusal(552, `A mail may have at most ${LARGEST_MAIL_BYTES} bytes`);
    const source = Buffer.concat(chunks);
    if (source.toString('latin1').trim() === '') throw refusal(554, 'An empty mail is not taken');
    const { mailFrom, rcptTo } = session.envelope;
    const from = mailFrom === false ? '' : mailFrom.address;
    const mail = await readInboxMail(source, { from, to: rcptTo.map(({ address }) => address) });
    await keep(mail);
    if (++storedSinceTrim < TRIM_EVERY) return;
    storedSinceTrim = 0;
    await trim(store);
  }

  return new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: LARGEST_MAIL_BYTES,
    closeTimeout: 3_000,
    banner: 'Pasture test inbox',
    onData(stream, session, answer: Answer) {
      take(stream, session).then(
        () => answer(),
        (error: unknown) => answer(isRefusal(error) ? error : refusal(451, 'The inbox could not store this mail')),
      );
    },
  });
}

async function trim({ inbox, kept }: { inbox: Model<InboxMail>; kept: number }): Promise<void> {
  const [oldestKept] = await inbox.find({}, { receivedAt: 1 }).sort({ receivedAt: -1 }).skip(kept).limit(1).lean();
  if (oldestKept !== undefined) await inbox.deleteMany({ receivedAt: { $lte: oldestKept.receivedAt } });
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

function isRefusal(error: unknown): error is Error {
  return error instanceof Error && 'responseCode' in error;
}
