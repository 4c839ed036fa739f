import { SERVICE_CLOSES } from '../channels/email/smtp/outcome.ts';

/** What a server's refusal means for whoever it was about. */
export type SmtpVerdict =
  /** For this mail, for now. */
  | 'later'
  /** For everything of ours, for now. */
  | 'quiet'
  /** Nobody has this address. */
  | 'noSuchMailbox'
  /** What this sender sends is not taken here, whoever it is for. */
  | 'barred'
  /** For this mail, for good. */
  | 'never';

/** RFC 3463 and RFC 7505: no such mailbox, system or syntax, moved, a domain that takes no mail, and a mailbox given up. */
const NO_SUCH_MAILBOX = /\b5\.(1\.(1|2|3|6|10)|2\.1)\b/;
/** RFC 3463 and RFC 7372: not authorised, not authenticated (SPF, DKIM, DMARC); from 500 on: blocked by Microsoft's lists. */
const BARRED = /\b5\.7\.(1|2\d|[5-7]\d\d)\b/;

/**
 * Reads a refusal by its code and its enhanced status.
 * @param recipient whether it answers RCPT TO, so that the address is what is meant
 * @param gated whether it answers the whole mail
 */
export function verdictOn({
  code,
  response,
  recipient,
  gated,
}: {
  code: number;
  response: string;
  recipient: boolean;
  gated: boolean;
}): SmtpVerdict {
  if (code === SERVICE_CLOSES) return 'quiet';
  if (code < 500) return 'later';
  if (BARRED.test(response)) return 'barred';
  return NO_SUCH_MAILBOX.test(response) && (recipient || gated) ? 'noSuchMailbox' : 'never';
}
