import type { Delivery } from '#shared/delivery.ts';
import { DeliveryState } from '#shared/delivery.ts';
import type { StepFigures } from '#shared/report.ts';
import type { Models } from '../models/index.ts';
import { createMirror, type Mirror } from './mirror.ts';

export type Mailing = Pick<
  Delivery,
  | '_id'
  | 'step'
  | 'state'
  | 'reason'
  | 'enrollment'
  | 'updatedAt'
  | 'openedAt'
  | 'clickedAt'
  | 'unsubscribedAt'
  | 'bouncedAt'
  | 'complainedAt'
> & { ask: Pick<NonNullable<Delivery['ask']>, 'answeredAt' | 'minor' | 'currency'> | null };
export type MailFigures = NonNullable<StepFigures['message']>;

const fields = {
  step: 1,
  state: 1,
  reason: 1,
  enrollment: 1,
  updatedAt: 1,
  openedAt: 1,
  clickedAt: 1,
  unsubscribedAt: 1,
  bouncedAt: 1,
  complainedAt: 1,
  'ask.answeredAt': 1,
  'ask.minor': 1,
  'ask.currency': 1,
} as const;

/** A journey's deliveries, followed as they change; every write to one moves its `updatedAt`. */
export function mirrorMails({ deliveries }: Pick<Models, 'deliveries'>, journey: string): Mirror<Mailing> {
  return createMirror<Mailing>({
    all: () => deliveries.find({ journey }, fields).lean<Mailing[]>().cursor({ batchSize: 1_000 }),
    since: (at) =>
      deliveries
        .find({ state: { $in: DeliveryState.options }, updatedAt: { $gte: at }, journey }, fields)
        .lean<Mailing[]>()
        .cursor({ batchSize: 1_000 }),
    instantOf: ({ updatedAt }) => updatedAt,
    count: () => deliveries.countDocuments({ journey }),
  });
}

/** The figures of a step that has sent nothing yet. */
export const noMails = (): MailFigures => ({
  sent: 0,
  opened: 0,
  clicked: 0,
  converted: 0,
  unsubscribed: 0,
  bounced: 0,
  complained: 0,
  failed: 0,
  unknown: 0,
  deferred: 0,
  skipped: {},
  valueMinor: 0,
  currency: null,
});

/** Adds deliveries up by step; test sends, which belong to no run, count nowhere. */
export function mailsOf(mailings: Iterable<Mailing>): ReadonlyMap<string, MailFigures> {
  const steps = new Map<string, MailFigures>();
  for (const mailing of mailings) {
    if (mailing.step === null || mailing.enrollment === null) continue;
    const figures = steps.get(mailing.step) ?? noMails();
    add(figures, mailing);
    steps.set(mailing.step, figures);
  }
  return steps;
}

function add(figures: MailFigures, { state, reason, ask, ...came }: Mailing): void {
  const why = reason ?? state;
  switch (state) {
    case 'sent':
    case 'failed':
    case 'unknown':
    case 'deferred':
      figures[state] += 1;
      break;
    case 'suppressed':
    case 'skipped':
      figures.skipped[why] = (figures.skipped[why] ?? 0) + 1;
      break;
    case 'claimed':
    case 'data_started':
      break;
  }
  if (came.openedAt) figures.opened += 1;
  if (came.clickedAt) figures.clicked += 1;
  if (came.unsubscribedAt) figures.unsubscribed += 1;
  if (came.bouncedAt) figures.bounced += 1;
  if (came.complainedAt) figures.complained += 1;
  if (!ask?.answeredAt) return;
  figures.converted += 1;
  figures.currency ??= ask.currency;
  if (ask.currency === figures.currency) figures.valueMinor += ask.minor;
}
