import PostalMime from 'postal-mime';
import { type Fields, blocksOf } from './report-fields.ts';

/** What a mail server reports of a mail of ours. */
export type Report =
  | { kind: 'bounced'; hard: boolean; status: string }
  /** It was handed on to its reader after all. */
  | { kind: 'delivered' }
  | { kind: 'complaint'; feedback: string };

/** A report, and every text in which it may name the mail that it is about. */
export type ReadReport = { report: Report | null; texts: string[] };

/** Longest part that is looked through for the mail's name; headers stand at its beginning. */
const LOOKED_THROUGH = 64_000;

/**
 * Reads a delivery status notification (RFC 3464) or a complaint (RFC 5965). Anything else, such as an automatic
 * answer, and a server that only says that it goes on trying, is no report.
 * @param source the mail as it came after DATA
 */
export async function readReport(source: Buffer): Promise<ReadReport> {
  const { attachments } = await PostalMime.parse(source, { attachmentEncoding: 'utf8' });
  const part = (type: string): string | null => {
    const found = attachments.find(({ mimeType }) => mimeType === type);
    return typeof found?.content === 'string' ? found.content.slice(0, LOOKED_THROUGH) : null;
  };
  const status = part('message/delivery-status') ?? part('message/global-delivery-status');
  const feedback = part('message/feedback-report');
  const original = part('message/rfc822') ?? part('text/rfc822-headers') ?? part('message/global') ?? '';
  if (feedback !== null) return { report: complaintIn(blocksOf(feedback)), texts: [feedback, original] };
  return { report: status === null ? null : deliveryIn(blocksOf(status)), texts: [original] };
}

/** A complaint is whatever a reader did not like; not what they did like, or what only concerns our signatures. */
const NO_COMPLAINT = new Set(['not-spam', 'auth-failure', 'dkim', 'virus']);

function complaintIn(blocks: Fields[]): Report | null {
  const feedback = blocks
    .find((block) => block.has('feedback-type'))
    ?.get('feedback-type')
    ?.toLowerCase();
  return feedback === undefined || NO_COMPLAINT.has(feedback) ? null : { kind: 'complaint', feedback };
}

function deliveryIn(blocks: Fields[]): Report | null {
  const recipients = blocks.filter((block) => block.has('action'));
  const action = (name: string) => recipients.find((block) => block.get('action')?.toLowerCase().startsWith(name));
  const failed = action('failed');
  if (failed) {
    const status = /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(failed.get('status') ?? '')?.[0] ?? '';
    return { kind: 'bounced', hard: isHard(status), status };
  }
  return action('delivered') || action('relayed') || action('expanded') ? { kind: 'delivered' } : null;
}

/**
 * RFC 3463: whether it will fail every time because of the address. A full mailbox (5.2.2), a mail that is too long
 * (5.2.3, 5.3.4), its content (5.6) and policy (5.7) say nothing of the address; 4.x.x was given up after many tries.
 */
function isHard(status: string): boolean {
  return status.startsWith('5.') && !/^5\.(2\.[23]|3\.4|[67]\.\d+)$/.test(status);
}
