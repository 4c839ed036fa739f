import type { CallToAction } from '../brief.ts';
import type { Condition } from '../condition.ts';
import type { Drawing, Edge } from '../journey.ts';
import type { Message } from '../message.ts';
import type { Step } from '../steps/index.ts';
import { checkIn, couponMail, reminderMail, thankYou } from './silent-buyers-mails.ts';

/** The worked example's audience: bought exactly once, and silent for a month. */
export const silentBuyersSegment: { name: string; condition: Condition } = {
  name: 'Bought once, silent for a month',
  condition: {
    kind: 'all',
    of: [
      { kind: 'count', event: 'Order Completed', where: [], comparison: 'exactly', times: 1, within: null },
      {
        kind: 'count',
        event: 'Order Completed',
        where: [],
        comparison: 'exactly',
        times: 0,
        within: { amount: 30, unit: 'day' },
      },
    ],
  },
};

export const silentBuyersName = 'Bring back silent buyers';

const SHOP = 'https://shop.example.com';
const order = { event: 'Order Completed', where: [] };
const couponDeadline = { kind: 'couponDeadline', coupon: 'coupon', before: null } as const;

/** The worked example as a drawing: a coupon until the month ends, a reminder, and thanks to those who came back. */
export function silentBuyers(segment: string): Drawing {
  return {
    entry: { kind: 'segment', source: 'Customers who bought once', segment, who: 'both' },
    reentry: { kind: 'once' },
    goal: { ...order, within: { amount: 60, unit: 'day' }, whenReached: 'stay' },
    exits: [],
    start: 'coupon',
    steps: [...asking(), ...thanking(), ...endings()],
    edges: [
      edge('coupon', 'redeemed', 'thank-you'),
      edge('coupon', 'expired', 'reminder'),
      edge('reminder', 'next', 'last-days'),
      edge('last-days', 'happened', 'thank-you'),
      edge('last-days', 'timedOut', 'not-now'),
      edge('thank-you', 'next', 'week'),
      edge('week', 'next', 'check-in'),
      edge('check-in', 'next', 'back'),
    ],
    layout: {
      coupon: { x: 320, y: 0 },
      reminder: { x: 600, y: 220 },
      'last-days': { x: 600, y: 440 },
      'not-now': { x: 760, y: 680 },
      'thank-you': { x: 160, y: 660 },
      week: { x: 160, y: 880 },
      'check-in': { x: 160, y: 1080 },
      back: { x: 160, y: 1300 },
    },
  };
}

/** The coupon while the month lasts, and one reminder. */
function asking(): Step[] {
  return [
    {
      kind: 'coupon',
      id: 'coupon',
      name: '25 % until the month ends',
      stage: 'ascend',
      brief: brief(10, {
        label: 'Buy before the end of this month and take 25 % off',
        link: `${SHOP}/?code={{ coupon.code }}`,
        until: couponDeadline,
        proof: order,
      }),
      codes: { kind: 'generated', prefix: 'BACK-' },
      discount: { kind: 'percent', percent: 25 },
      deadline: { kind: 'monthEnd', before: null },
      leaveBefore: { amount: 3, unit: 'day' },
      message: mail(couponMail),
    },
    {
      kind: 'message',
      id: 'reminder',
      name: 'Three days left',
      stage: 'ascend',
      brief: brief(5, {
        label: 'Use your 25 % before it ends',
        link: `${SHOP}/?code={{ coupon.code }}`,
        until: couponDeadline,
        proof: order,
      }),
      message: mail(reminderMail),
    },
    {
      kind: 'wait-for-event',
      id: 'last-days',
      name: 'Redeemed in the last days?',
      ...silent,
      awaits: { kind: 'coupon', coupon: 'coupon' },
      until: couponDeadline,
    },
  ];
}

/** Thanks and a word a week later for whoever came back. */
function thanking(): Step[] {
  return [
    {
      kind: 'message',
      id: 'thank-you',
      name: 'Thank you',
      stage: 'excite',
      brief: brief(30, {
        label: 'See what to do first with your order',
        link: `${SHOP}/first-steps`,
        until: { kind: 'after', duration: { amount: 7, unit: 'day' } },
        proof: { event: 'Message Clicked', where: [] },
      }),
      message: mail(thankYou),
    },
    {
      kind: 'wait',
      id: 'week',
      name: 'A week later',
      ...silent,
      until: { kind: 'after', duration: { amount: 7, unit: 'day' } },
    },
    {
      kind: 'message',
      id: 'check-in',
      name: 'How is it going?',
      stage: 'excite',
      brief: brief(15, {
        label: 'Tell us how you like it',
        link: `${SHOP}/feedback`,
        until: { kind: 'after', duration: { amount: 14, unit: 'day' } },
        proof: { event: 'Feedback Given', where: [] },
      }),
      message: mail(checkIn),
    },
  ];
}

function endings(): Step[] {
  return [
    { kind: 'exit', id: 'back', name: 'Came back', ...silent },
    { kind: 'exit', id: 'not-now', name: 'Not this month', ...silent },
  ];
}

/** A step that says nothing needs no brief and no stage. */
const silent = { stage: null, brief: { target: null, source: null, callToAction: null } } as const;

function brief(percent: number, callToAction: CallToAction) {
  return { target: { kind: 'share' as const, percent }, source: null, callToAction };
}

function mail({ subject, preheader, body }: { subject: string; preheader: string; body: string }): Message {
  return {
    channel: 'email',
    sender: null,
    content: { subject, preheader, format: 'markdown', body },
    // A reminder three days before the deadline still makes sense two days late.
    lateness: { amount: 2, unit: 'day' },
  };
}

function edge(from: string, outcome: string, to: string): Edge {
  return { id: `${from}-${outcome}`, from, outcome, to };
}
