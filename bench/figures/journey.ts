import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { campaign, COUPON_KEY, GOAL } from '../campaign.ts';
import { cpuSeconds } from '../clocked.ts';
import { crowdName, insertCrowd } from '../crowd.ts';
import { cut, type Figures, rounded, type Sizes } from '../figures.ts';
import { oneWorkflowEach } from '../one-each.ts';
import { atPlace, type Place } from '../place.ts';
import { watchRun } from '../watch-run.ts';

/** Before anything is measured, so that no size pays for what the processes learn meanwhile: after fewer they still get faster. */
const WARM_CONTACTS = 30_000;
const QUICK_WARM_CONTACTS = 2_000;
/** Nothing is measured of them, so that they need not wait. */
const WARM_WAIT_SECONDS = 1;
/** Only reported, and left out where less than all is run. */
const FEWEST_CONTACTS = 1_000;
/** The smaller is so short that one run says little: it is made several times, and what all of them took counts. */
const CONTACTS = [
  { full: 10_000, times: 3 },
  { full: 100_000, times: 1 },
];
const ONE_EACH_CONTACTS = 200;
/** As short, and so made as often each time. */
const ONE_EACH_TIMES = 2;
/** Until the house has put away what the people before left. */
const REST_MS = 4_000;
/**
 * Long enough that people meet again at the end of it, also when they come in at full speed; and no longer, since the
 * house's idling meanwhile, which has a figure of its own, is counted among what few people cost.
 */
const WAIT_SECONDS = 15;
/** Longer than what is near enough for a batch to wait by itself. */
const QUICK_WAIT_SECONDS = 6;
/** One of so many orders as soon as the coupon has come, and leaves by the goal. */
const BUYER_EVERY = 20;
/** Events of one call to /v1/batch. */
const ORDERS_A_CALL = 50;

/**
 * Contacts a second through enter, mail, wait, branch, coupon mail and goal, at several sizes one after the other, against
 * one workflow per contact with nothing to do. Active time: whenever somebody is due, or still to enter.
 */
export async function journey(sizes: Sizes): Promise<Figures> {
  return atPlace(async (place) => {
    const figures: Figures = {};
    // The machine is not always equally fast: what is compared is measured on both sides of it, at less than full size between.
    const isWhole = sizes.share >= 1;
    const waitSeconds = isWhole ? WAIT_SECONDS : QUICK_WAIT_SECONDS;
    /** One after the other; at less than full size once. */
    const repeated = async <Done>(times: number, once: (time: number) => Promise<Done>): Promise<Done[]> => {
      const done: Done[] = [];
      for (let time = 1; time <= (isWhole ? times : 1); time++) done.push(await once(time));
      return done;
    };
    const run = async (full: number, times = 1): Promise<Run> => {
      const people = cut(sizes, full, 20);
      const runs = await repeated(times, (time) =>
        campaignOf(place, { name: `crowd-${full}-${time}`, people, waitSeconds }),
      );
      const measured = allOf(runs);
      Object.assign(figures, figuresOf(measured, { full, runs }));
      return measured;
    };
    const oneEach: number[] = [];
    const compare = async (): Promise<void> => {
      await pause(REST_MS);
      const contacts = cut(sizes, ONE_EACH_CONTACTS, 50);
      const once = () => oneWorkflowEach(place.engine.client, place.house.temporalAddress, contacts);
      oneEach.push(mean(await repeated(ONE_EACH_TIMES, once)));
    };
    const warm = cut(sizes, isWhole ? WARM_CONTACTS : QUICK_WARM_CONTACTS, 20);
    await campaignOf(place, { name: 'crowd-warm', people: warm, waitSeconds: WARM_WAIT_SECONDS });
    if (isWhole) {
      await run(FEWEST_CONTACTS);
      await compare();
    }
    const runs: Run[] = [];
    for (const { full, times } of CONTACTS) {
      runs.push(await run(full, times));
      if (isWhole || oneEach.length === 0) await compare();
    }
    const [ten, hundred] = runs;
    if (!ten || !hundred) throw new Error('A size was not run.');
    // Its two neighbours, or the only one.
    const ratios = runs.map(
      (each, index) => perSecond(each) / mean(isWhole ? oneEach.slice(index, index + 2) : oneEach),
    );
    return {
      journey_ratio: rounded(Math.min(...ratios)),
      contacts_per_second: rounded(Math.min(...runs.map(perSecond))),
      flatness: rounded(Math.max(ten.cpuMs, hundred.cpuMs) / Math.min(ten.cpuMs, hundred.cpuMs)),
      events_per_contact: rounded(Math.max(ten.eventsPerContact, hundred.eventsPerContact)),
      one_workflow_each_per_second: rounded(mean(oneEach)),
      ...Object.fromEntries(oneEach.map((one, time) => [`one_workflow_each_per_second_${time + 1}`, rounded(one)])),
      ...Object.fromEntries(ratios.map((ratio, index) => [`journey_ratio_${CONTACTS[index]?.full}`, rounded(ratio)])),
      ...figures,
    };
  });
}

function perSecond({ people, activeSeconds }: Run): number {
  return people / activeSeconds;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}

/** Several runs of one size as one: what they took together, and per contact the mean. */
function allOf(runs: readonly Run[]): Run {
  const sum = (of: (run: Run) => number) => runs.reduce((all, run) => all + of(run), 0);
  const meanOf = (of: (run: Run) => number) => mean(runs.map(of));
  return {
    people: sum((run) => run.people),
    activeSeconds: sum((run) => run.activeSeconds),
    idleSeconds: sum((run) => run.idleSeconds),
    cpuMs: meanOf((run) => run.cpuMs),
    cpuMsByPart: Object.fromEntries(
      Object.keys(runs[0]?.cpuMsByPart ?? {}).map((part) => [part, meanOf((run) => run.cpuMsByPart[part] ?? 0)]),
    ),
    eventsPerContact: meanOf((run) => run.eventsPerContact),
    goals: sum((run) => run.goals),
    doubled: sum((run) => run.doubled),
  };
}

function figuresOf(run: Run, { full, runs }: { full: number; runs: readonly Run[] }): Figures {
  return {
    [`contacts_${full}`]: run.people,
    ...(runs.length > 1 &&
      Object.fromEntries(
        runs.map((one, time) => [`contacts_per_second_${full}_${time + 1}`, rounded(perSecond(one))]),
      )),
    [`contacts_per_second_${full}`]: rounded(perSecond(run)),
    [`active_s_${full}`]: rounded(run.activeSeconds),
    [`idle_s_${full}`]: rounded(run.idleSeconds),
    [`cpu_ms_per_contact_${full}`]: rounded(run.cpuMs),
    ...Object.fromEntries(Object.entries(run.cpuMsByPart).map(([part, ms]) => [`cpu_ms_${part}_${full}`, rounded(ms)])),
    [`events_per_contact_${full}`]: rounded(run.eventsPerContact),
    [`goals_${full}`]: run.goals,
    [`doubled_${full}`]: run.doubled,
  };
}

type Run = {
  people: number;
  activeSeconds: number;
  idleSeconds: number;
  cpuMs: number;
  cpuMsByPart: Record<string, number>;
  eventsPerContact: number;
  goals: number;
  doubled: number;
};

type Crowd = { name: string; people: number; waitSeconds: number };

async function campaignOf(place: Place, { name, people, waitSeconds }: Crowd): Promise<Run> {
  const { engine, house, sink, api } = place;
  const first = place.numbers(people);
  await insertCrowd(engine.models, { people, ordering: 'none', first, tag: name });
  await engine.addSegment(name, { kind: 'tag', tag: name, has: true });
  const journey = await engine.draw(name, campaign({ segment: name, waitSeconds }));
  const { mails: mailsBefore } = await sink.tally();
  const before = cpuSeconds(house.pids());
  const buyers = buying(place, { from: mailsBefore, first, people });
  await api.ask('POST', `/api/journeys/${journey}/publication`);
  const { activeSeconds, idleSeconds } = await watchRun(engine.models, {
    journey,
    people,
    seconds: 120 + people / 50,
  });
  const goals = await buyers.stop();
  const after = cpuSeconds(house.pids());
  const parts = Object.entries(after).map(([part, now]): [string, number] => [
    part,
    ((now - (before[part] ?? 0)) * 1_000) / people,
  ]);
  const mails = await sink.since(mailsBefore);
  const ended = await engine.models.enrollments.countDocuments({ journey, state: { $in: ['completed', 'exited'] } });
  if (ended !== people) throw new Error(`Only ${ended} of ${people} came through.`);
  return {
    people,
    activeSeconds,
    idleSeconds,
    cpuMs: parts.reduce((sum, [, ms]) => sum + ms, 0),
    cpuMsByPart: Object.fromEntries(parts),
    eventsPerContact: (await historyEvents(engine.client, journey)) / people,
    goals,
    doubled: mails.length - new Set(mails.map(({ key }) => key)).size,
  };
}

/** Customers: one of so many orders once their coupon is there. */
function buying({ sink, tracking }: Place, { from, first, people }: { from: number; first: number; people: number }) {
  const buyers = new Set(
    Array.from({ length: Math.ceil(people / BUYER_EVERY) }, (_, index) => crowdName(first + index * BUYER_EVERY)),
  );
  const stopping = new AbortController();
  let ordered = 0;
  const shopping = (async () => {
    for (let seen = from; !stopping.signal.aborted;) {
      const mails = await sink.since(seen);
      seen += mails.length;
      const orders = mails
        .filter(({ key, to }) => COUPON_KEY.test(key) && buyers.has(to.split('@')[0] ?? ''))
        .map(({ to }) => ({ type: 'track', event: GOAL, userId: to.split('@')[0], properties: { total: 10 } }));
      for (let at = 0; at < orders.length; at += ORDERS_A_CALL) {
        await tracking.ask('POST', '/v1/batch', { batch: orders.slice(at, at + ORDERS_A_CALL) });
      }
      ordered += orders.length;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await shopping;
      return ordered;
    },
  };
}

/** All events in the histories of the workflows that carried a journey's people. */
async function historyEvents(client: Client, journey: string): Promise<number> {
  let events = 0;
  for await (const { workflowId, historyLength } of client.workflow.list()) {
    if (workflowId.includes(journey)) events += historyLength;
  }
  return events;
}
