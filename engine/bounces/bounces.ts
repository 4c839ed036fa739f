import type { StoredReturnPath } from '../models/return-path.ts';
import type { Settings } from '../settings.ts';
import { readReport } from './read-report.ts';
import { returnIdsIn } from './return-path.ts';
import { createTakeReport, type TakeReportDeps } from './take-report.ts';
import { byUnsubscribeLink } from './unsubscribe-link.ts';

/** Mails that come back. */
export interface Bounces {
  /** Whether an address is one that our mails come back to. */
  expects(address: string): Promise<boolean>;
  /** Takes a mail that came to such an address; durable when it answers. What says nothing of a mail of ours does nothing. */
  take(mail: { source: Buffer; to: string[] }): Promise<void>;
}

/** Matches returned mails with their deliveries, by what was signed when they left. */
export function createBounces({ settings, ...deps }: TakeReportDeps & { settings: Settings }): Bounces {
  const { models, log } = deps.base;
  const takeReport = createTakeReport(deps);

  /** By the envelope sender it came back to, or that stands in what was returned. */
  async function byReturnPath(secret: string, texts: string[]): Promise<string | null> {
    const [id] = texts.flatMap((text) => returnIdsIn(secret, text));
    if (id === undefined) return null;
    return (await models.returnPaths.findById(id).lean<StoredReturnPath>())?.delivery ?? null;
  }

  return {
    async expects(address) {
      const { linkSecret } = await settings.get();
      if (returnIdsIn(linkSecret, address).length > 0) return true;
      const known = await models.senders.find({ bounceAddress: { $ne: null } }).lean();
      return known.some(({ bounceAddress }) => bounceAddress?.toLowerCase() === address.toLowerCase());
    },

    async take({ source, to }) {
      const { linkSecret } = await settings.get();
      const { report, texts } = await readReport(source);
      if (!report) return;
      const delivery =
        (await byReturnPath(linkSecret, [...to, ...texts])) ??
        // Complaints come to an address agreed on with the provider; the mail they are about has a way out of its own.
        (report.kind === 'complaint' ? byLink(linkSecret, texts) : null);
      if (delivery === null) return log.warn({ report: report.kind }, 'A report is about no mail of ours.');
      await takeReport(delivery, report);
    },
  };
}

function byLink(secret: string, texts: string[]): string | null {
  for (const text of texts) {
    const delivery = byUnsubscribeLink(secret, text);
    if (delivery !== null) return delivery;
  }
  return null;
}
