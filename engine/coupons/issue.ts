import { customAlphabet } from 'nanoid';
import type { Coupon } from '#shared/coupon.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import type { Plan } from '#shared/plan.ts';
import type { StepOf } from '#shared/steps/index.ts';
import type { Models } from '../models/index.ts';
import { isDuplicateKey } from '../models/duplicate-key.ts';
import { insertNew } from '../models/insert-new.ts';
import { readRows } from '../models/native.ts';

/** No letters or digits that people mix up. */
const randomCode = customAlphabet('ACDEFGHJKLMNPQRTUVWXY34679', 10);

export type IssuedCoupon = { code: string; deadline: Date | null };
export type CouponOrder = { enrollment: Enrollment; step: StepOf<'coupon'>; at: Date; deadline: Date | null };

export interface Coupons {
  /** One code per enrollment and step, whatever is repeated; who is missing from the answer found the pool empty. */
  issue(orders: CouponOrder[]): Promise<Map<string, IssuedCoupon>>;
  /** Every coupon these runs of a plan hold, by step, the last issued last. */
  heldBy(plan: GivingPlan, runs: readonly Holder[]): Promise<Map<string, Record<string, IssuedCoupon>>>;
}

type Held = Pick<Coupon, '_id' | 'enrollment' | 'step' | 'deadline'>;
export type GivingPlan = Pick<Plan, 'steps' | 'nodes'>;
/** A run, and where it has come through: nobody holds a coupon of a step they never came to. */
export type Holder = Pick<Enrollment, '_id' | 'node' | 'path'>;

/** Issues generated codes, or claims them from a pool. */
export function createCoupons(models: Pick<Models, 'coupons'>): Coupons {
  const { coupons } = models;
  return {
    async issue(orders) {
      const generated = orders.filter(({ step }) => step.codes.kind === 'generated');
      const fresh = generated.map((order) => ({ _id: `${prefixOf(order)}${randomCode()}`, ...issueOf(order) }));
      const issued = byIssue(await insertNew(coupons, fresh));
      // Whoever is missing has a code already, or gets one of a pool.
      const others = orders.filter(({ enrollment, step }) => !issued.has(issueKey(enrollment._id, step.id)));
      for (const [issue, coupon] of await issuedTo(models, others)) issued.set(issue, coupon);
      const waiting = others.filter(({ enrollment, step }) => !issued.has(issueKey(enrollment._id, step.id)));
      for (const order of waiting)
        if (order.step.codes.kind === 'pool') await claim(models, order, order.step.codes.pool);
      for (const [issue, coupon] of await issuedTo(models, waiting)) issued.set(issue, coupon);
      return new Map(
        orders.flatMap(({ enrollment, step }) => {
          const found = issued.get(issueKey(enrollment._id, step.id));
          return found ? [[enrollment._id, found] as const] : [];
        }),
      );
    },
    async heldBy(plan, runs) {
      const issues = runs.flatMap((run) => givenOnTheWay(plan, run).map((step) => issueKey(run._id, step)));
      if (issues.length === 0) return new Map();
      const held = new Map<string, Record<string, IssuedCoupon>>();
      const rows = await readRows<Coupon, Held>(
        coupons,
        { issue: { $in: issues } },
        { fields: { enrollment: 1, step: 1, deadline: 1 }, sort: { issuedAt: 1 } },
      );
      for (const { _id, enrollment, step, deadline } of rows) {
        if (enrollment === null || step === null) continue;
        const own = held.get(enrollment) ?? {};
        own[step] = { code: _id, deadline };
        held.set(enrollment, own);
      }
      return held;
    },
  };
}

/** The steps that give coupons and that a run has come through, with the one it stands at. */
export function givenOnTheWay({ steps, nodes }: GivingPlan, { node, path }: Holder): string[] {
  const passed = new Set([...path.map((entry) => entry.node), node].map((id) => nodes[id]?.step ?? id));
  return [...passed].filter((step) => steps[step]?.kind === 'coupon');
}

async function issuedTo(
  { coupons }: Pick<Models, 'coupons'>,
  orders: CouponOrder[],
): Promise<Map<string, IssuedCoupon>> {
  if (orders.length === 0) return new Map();
  const issues = orders.map(({ enrollment, step }) => issueKey(enrollment._id, step.id));
  return byIssue(await readRows<Coupon>(coupons, { issue: { $in: issues } }, { fields: { issue: 1, deadline: 1 } }));
}

function byIssue(rows: readonly Pick<Coupon, '_id' | 'issue' | 'deadline'>[]): Map<string, IssuedCoupon> {
  return new Map(rows.map(({ _id, issue, deadline }) => [issue ?? '', { code: _id, deadline }]));
}

/** Takes one free code of the pool. The unique issue key sends the loser of a race home with nothing taken. */
async function claim({ coupons }: Pick<Models, 'coupons'>, order: CouponOrder, pool: string): Promise<void> {
  try {
    await coupons.updateOne({ pool, contact: null }, { $set: { ...issueOf(order), pool } });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}

function issueOf({ enrollment, step, at, deadline }: CouponOrder): Omit<Coupon, '_id'> {
  return {
    issue: issueKey(enrollment._id, step.id),
    pool: step.codes.kind === 'pool' ? step.codes.pool : null,
    contact: enrollment.contact,
    journey: enrollment.journey,
    enrollment: enrollment._id,
    step: step.id,
    discount: step.discount,
    issuedAt: at,
    deadline,
    redeemedAt: null,
    redeemedBy: null,
    value: null,
  };
}

function prefixOf({ step }: CouponOrder): string {
  return step.codes.kind === 'generated' ? step.codes.prefix : '';
}

/** What a coupon is issued under, once. */
export function issueKey(enrollment: string, step: string): string {
  return `${enrollment}|${step}`;
}
