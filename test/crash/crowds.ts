import { setTimeout as pause } from 'node:timers/promises';
import { nanoid } from 'nanoid';
import type { ContactSeed } from '#engine/contacts/fresh.ts';
import type { Drawing } from '#shared/journey.ts';
import { draw, says, step } from '../support/drawing.ts';
import type { CrashHouse } from './crash-house.ts';
import { checkInvariants, type Findings } from './invariants.ts';
import type { Evidence } from './scene.ts';

/** A mail, a short wait, another mail, the end. */
export function twoMails(waitSeconds = 1): Drawing {
  const until = { kind: 'after', duration: { amount: waitSeconds, unit: 'second' } };
  return draw(
    [
      step('first', 'message', { message: says('First') }),
      step('pause', 'wait', { until }),
      step('second', 'message', { message: says('Second') }),
      step('end', 'exit'),
    ],
    ['first -> pause', 'pause -> second', 'second -> end'],
  );
}

/** People of a house and their journeys: enters them, waits for them, and holds what came of it against the promises. */
export function crowdsOf(house: CrashHouse) {
  const { engine, sink } = house;
  const { models } = engine;
  const count = (filter: object): Promise<number> => models.enrollments.countDocuments(filter).catch(() => -1);

  type Newcomers = { howMany: number; seed?: ContactSeed; domain?: string };
  async function contacts({ howMany, seed, domain = 'crowd.example' }: Newcomers): Promise<string[]> {
    const consent = { state: 'given', at: new Date(), source: 'test' } as const;
    const people = Array.from({ length: howMany }, () => ({
      identities: [{ kind: 'email' as const, value: `${nanoid(10)}@${domain}` }],
      seed: { consent, ...seed },
    }));
    return (await engine.contacts.resolveAll(people)).map(({ contact }) => contact);
  }

  async function enterThem(journey: string, ids: string[]): Promise<string[]> {
    const plan = await engine.journeys.plans.get(`${journey}/v1`);
    const people = ids.map((contact) => ({
      contact,
      occasion: nanoid(),
      key: '',
      countsFrom: new Date(),
      entryEvent: null,
    }));
    return engine.journeys.enter({ plan, people, group: `${plan._id}/now/${nanoid(10)}`, queue: 'live' });
  }

  return {
    /** People known by a user id of their own, who agreed to be mailed. */
    async agree(userIds: string[]): Promise<string[]> {
      const people = userIds.map((value) => ({
        identities: [
          { kind: 'userId' as const, value },
          { kind: 'email' as const, value: `${value}@crowd.example` },
        ],
        seed: { consent: { state: 'given', at: new Date(), source: 'test' } as const },
      }));
      return (await engine.contacts.resolveAll(people)).map(({ contact }) => contact);
    },
    publish: (drawing: Drawing): Promise<string> => engine.publish(nanoid(6), drawing),
    /** New people, who enter a journey as one group. */
    enter: async (journey: string, howMany: number, seed: ContactSeed = {}): Promise<string[]> =>
      enterThem(journey, await contacts({ howMany, seed })),
    enterThem,
    /** New people with addresses at a domain. */
    at: (domain: string, howMany: number): Promise<string[]> => contacts({ howMany, domain }),
    /** Waits until nobody is under way or waiting any more. */
    async ended(journey: string): Promise<void> {
      while ((await count({ journey, state: 'active' })) !== 0) await pause(100);
    },
    async until(filter: object, howMany: number): Promise<void> {
      while ((await count(filter)) < howMany) await pause(50);
    },
    /** Waits until everything has come of every event that comes of it. */
    async eventsDone(): Promise<void> {
      while ((await models.events.countDocuments({ dispatch: 'pending' }).catch(() => -1)) !== 0) await pause(100);
    },
    findings: (journey: string, evidence: Partial<Evidence> = {}): Promise<Findings> =>
      checkInvariants({ models, journey, ledger: sink.ledger, ...evidence }),
  };
}
