import type { Base } from '../base.ts';
import { createRoutes } from '../channels/email/routes.ts';
import type { Patience } from '../channels/email/smtp/connection.ts';
import type { Deliveries } from '../deliveries.ts';
import type { OwnEvent } from '../events/own-event.ts';
import type { Settings } from '../settings.ts';
import { createBarring } from './barring.ts';
import { createLedger } from './ledger.ts';
import { lettersOf } from './letter.ts';
import { createQuiet } from './quiet.ts';
import { type SelfTest, selfTest } from './self-test.ts';
import { createSendLetters, type SendLetters } from './send-letters.ts';
import { createTakeBack } from './take-back.ts';
import { createTurns } from './turns.ts';

/** The contract, with what only this house's own test sends, status and shutdown need. */
export type MailRoom = Deliveries & {
  sendLetters: SendLetters;
  /** Races claims in the database, once a process; real mail is sent only where one wins. */
  selfTest(): Promise<SelfTest>;
  close(): void;
};

export type MailRoomDeps = {
  settings: Settings;
  record(event: OwnEvent): Promise<void>;
  patience?: Patience;
  batchMs?: number;
};

/** Opens the only way by which mail leaves the house. */
export function createDeliveries(base: Base, { settings, record, patience, batchMs }: MailRoomDeps): MailRoom {
  const { models, config, log } = base;
  const routes = createRoutes(config, patience);
  let tested: Promise<SelfTest> | null = null;
  const test = () => (tested ??= selfTest(models));
  const { gate, settle } = createLedger(models, log);
  const sendLetters = createSendLetters({
    base,
    settings,
    routes,
    barring: createBarring(base, gate),
    settle,
    quiet: createQuiet(models),
    turns: createTurns(models),
    selfTest: test,
    record,
    ...(batchMs !== undefined && { batchMs }),
  });
  return {
    sendLetters,
    send: ({ plan, group, token, outgoing }) => sendLetters({ letters: lettersOf(plan, group, outgoing), token }),
    takeBack: createTakeBack(models),
    selfTest: test,
    close: () => routes.close(),
  };
}
