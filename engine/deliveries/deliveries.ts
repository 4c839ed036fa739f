import { nanoid } from 'nanoid';
import { REAL_CLOCK } from '#shared/clock.ts';
import { SECOND_MS } from '#shared/duration.ts';
import type { Base } from '../base.ts';
import { renderMail, type Rendering } from '../channels/email/render.ts';
import { createRoutes } from '../channels/email/routes.ts';
import type { Mail } from '../channels/email/smtp/transmit.ts';
import type { Patience } from '../channels/email/smtp/connection.ts';
import type { Deliveries, SendResult } from '../deliveries.ts';
import { publicUrl } from '../public-url.ts';
import type { Settings } from '../settings.ts';
import { type Claim, claim } from './claim.ts';
import { deliver } from './deliver.ts';
import { createGate } from './gate.ts';
import { inAWhile, type Letter, lettersOf, resultOf } from './letter.ts';
import { look, type Ready } from './look.ts';
import { selfTest } from './self-test.ts';
import { createSettle } from './settle.ts';
import { suppress } from './suppression.ts';
import { createTakeBack } from './take-back.ts';

/** A batch of mails ends after this; whoever is left comes again shortly. */
const BATCH_MS = 20 * SECOND_MS;
const LEFT_OVER_MS = 2 * SECOND_MS;
const HEARTBEAT_MS = SECOND_MS;

export type SendLetters = (batch: {
  letters: readonly Letter[];
  token: string;
  heartbeat: () => void;
}) => Promise<Map<string, SendResult>>;

/** The contract, with what only this house's own test sends and shutdown need. */
export type MailRoom = Deliveries & { sendLetters: SendLetters; close(): void };

/** Opens the only way by which mail leaves the house. */
export function createDeliveries(
  base: Base,
  { settings, patience, batchMs = BATCH_MS }: { settings: Settings; patience?: Patience; batchMs?: number },
): MailRoom {
  const { models, config, log } = base;
  const routes = createRoutes(config, patience);
  const gate = createGate(models);
  const settle = createSettle(models, log);
  let tested: ReturnType<typeof selfTest> | null = null;

  const sendLetters: SendLetters = async ({ letters, token: given, heartbeat }) => {
    // A token of this call alone, so that no repeat is ever taken for its predecessor.
    const token = `${given}/${nanoid(8)}`;
    const endsAt = Date.now() + batchMs;
    const beat = setInterval(heartbeat, HEARTBEAT_MS);
    try {
      const { held, met: results } = await claim(models, letters, token);
      const workspace = await settings.get();
      const inHouse = (clock: string | null) => !routes.of(clock ?? REAL_CLOCK).outside;
      const { ready, noes } = await look(base, letters, { held, inHouse, company: workspace.company });
      const refusals = noes.map(async ({ letter: { key }, state, reason }) => {
        results.set(key, resultOf(await settle({ key, token, from: ['claimed'], set: { state, reason } })));
      });
      const queue = ready.values();
      const carry = async () => {
        for (const one of queue) results.set(one.letter.key, await sendOne(one));
      };
      const sendOne = async (one: Ready): Promise<SendResult> => {
        const { letter, contact, address } = one;
        const { key } = letter;
        const putOff = { state: 'deferred', reason: null } as const;
        if (Date.now() > endsAt) {
          await settle({ key, token, from: ['claimed'], set: putOff });
          return { kind: 'deferred', until: inAWhile(LEFT_OVER_MS) };
        }
        const { pool, outside } = routes.of(contact.clock ?? REAL_CLOCK);
        if (outside && !(await (tested ??= selfTest(models))).allowed)
          throw new Error('The database let two claims win, so no real mail is sent.');
        const mail = rendered(one, { ...workspace, publicUrl: publicUrl(config) });
        if (mail === null) {
          await settle({ key, token, from: ['claimed'], set: { ...putOff, reason: 'messageTemplate' } });
          return { kind: 'failed', code: 'messageTemplate' };
        }
        const claimed: Claim = held.get(key) ?? { address, attempts: 1, refusedAt: null };
        const bounced = () => suppress(models, { address, reason: 'bounced', contact: contact._id, at: letter.at });
        return deliver({ gate, settle, bounced, endsAt }, { key, token, claim: claimed, mail, at: letter.at, pool });
      };
      const size = Math.max(...ready.map(({ contact }) => routes.of(contact.clock ?? REAL_CLOCK).pool.size), 0);
      await allOrFirstFault([...refusals, ...Array.from({ length: size }, carry)]);
      return results;
    } finally {
      clearInterval(beat);
    }
  };

  return {
    sendLetters,
    send: ({ plan, group, token, outgoing, heartbeat }) =>
      sendLetters({ letters: lettersOf(plan, group, outgoing), token, heartbeat }),
    takeBack: createTakeBack(models),
    close: () => routes.close(),
  };
}

/** Waits for all, also when one fails: nobody may be mailed after the batch has been given up. */
async function allOrFirstFault(work: Promise<void>[]): Promise<void> {
  for (const done of await Promise.allSettled(work)) if (done.status === 'rejected') throw done.reason;
}

type Workspace = { company: string; timeZone: string; linkSecret: string; publicUrl: string };

/** Whatever goes wrong with one person's message is that person's; the others' go on. */
function rendered(one: Ready, workspace: Workspace): Mail | null {
  try {
    return renderMail(renderingOf(one, workspace));
  } catch {
    return null;
  }
}

function renderingOf({ letter, contact, address, sender, journeyName }: Ready, workspace: Workspace): Rendering {
  const { key, content, message, coupons, ask, run } = letter;
  return {
    key,
    address,
    contact,
    sender,
    content,
    coupons,
    ask,
    subject: message.content.subject,
    company: workspace.company,
    zone: workspace.timeZone,
    publicUrl: workspace.publicUrl,
    journey: journeyName,
    step: run && { id: run.step, name: run.stepName },
    tracking: run && { secret: workspace.linkSecret, journeyId: run.journey, source: run.source },
  };
}
