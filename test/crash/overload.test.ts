import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { afterAll, beforeAll, expect } from 'vitest';
import { writerHeaders } from './client.ts';
import { type CrashHouse, openCrashHouse } from './crash-house.ts';
import { crowdsOf } from './crowds.ts';
import { survives, whole } from './journal.ts';

const BURST = whole ? 10_000 : 2_000;
const MOST_MB = 600;

let house: CrashHouse;
let headers: Record<string, string>;
beforeAll(async () => {
  house = await openCrashHouse();
  headers = await writerHeaders(house.engine);
  await house.start('server-1');
});
afterAll(() => house.close());

/** As many connections as a busy shop's servers would open. */
const agent = new Agent({ keepAlive: true, maxSockets: 400 });

function post(path: string, body: unknown): Promise<{ status: number; retryAfter: string | undefined }> {
  return new Promise((resolve, reject) => {
    const call = request(`${house.url}/v1${path}`, { method: 'POST', headers, agent }, (answer) => {
      const { statusCode = 0, headers: said } = answer;
      answer.resume().on('end', () => resolve({ status: statusCode, retryAfter: said['retry-after'] }));
    });
    call.on('error', reject).end(JSON.stringify(body));
  });
}

/** The most memory a part has ever had. */
function peakMb(part: string): number {
  const status = readFileSync(`/proc/${house.hands.pidOf(part)}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1_024;
}

const stored = (name: string) => house.engine.models.events.countDocuments({ name, dispatch: 'done' });

survives('thousands of events in a burst are taken or put off, and none that was taken is lost', async () => {
  const { eventsDone } = crowdsOf(house);
  const answers = await Promise.all(
    Array.from({ length: BURST }, (_, index) =>
      post('/track', { messageId: `burst-${index}`, userId: `burst-${index % 3_000}`, event: 'Burst' }),
    ),
  );
  expect(answers.filter(({ status }) => status !== 200 && status !== 429)).toEqual([]);
  const taken = answers.filter(({ status }) => status === 200).length;
  expect(taken).toBeGreaterThan(0);
  await eventsDone();
  expect(await stored('Burst')).toBe(taken);
  if (process.platform === 'linux') expect(peakMb('server-1')).toBeLessThan(MOST_MB);
});

survives(
  'more large batches at once than there is room for are put off with Retry-After, and the server lives',
  async () => {
    const { eventsDone } = crowdsOf(house);
    const note = 'x'.repeat(20_000);
    const batchOf = (batch: number) =>
      Array.from({ length: 24 }, (_, index) => {
        const messageId = `large-${batch}-${index}`;
        return { type: 'track', messageId, userId: `large-${index}`, event: 'Large', properties: { note } };
      });
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => post('/batch', { batch: batchOf(index) })),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status !== 200 && status !== 429)).toEqual([]);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.filter(({ retryAfter }) => !(Number(retryAfter) > 0))).toEqual([]);
    await eventsDone();
    expect(await stored('Large')).toBe(24 * (answers.length - refused.length));
    if (process.platform === 'linux') expect(peakMb('server-1')).toBeLessThan(MOST_MB);
  },
);

survives('the same event a hundred times at once is one event', async () => {
  const { eventsDone } = crowdsOf(house);
  const call = { messageId: 'same', userId: 'same', event: 'Same' };
  const answers = await Promise.all(Array.from({ length: 100 }, () => post('/track', call)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  await eventsDone();
  expect(await stored('Same')).toBe(1);
});

survives('thousands of events of one contact all count', async () => {
  const { eventsDone } = crowdsOf(house);
  const batchOf = (batch: number) =>
    Array.from({ length: 500 }, (_, index) => ({
      type: 'track',
      messageId: `one-${batch}-${index}`,
      userId: 'busy',
      event: 'Busy',
    }));
  const answers = await Promise.all(
    Array.from({ length: BURST / 500 }, (_, index) => post('/batch', { batch: batchOf(index) })),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  await eventsDone();
  const contact = await house.engine.models.contacts.findOne({ userId: 'busy' }).lean();
  expect(contact?.summaries['Busy']?.count).toBe(BURST);
});

survives('with the database gone callers get 503, and nothing that was taken is lost', async () => {
  const { eventsDone } = crowdsOf(house);
  const call = (index: number) => ({ messageId: `gone-${index}`, userId: `gone-${index}`, event: 'Gone' });
  const before = await Promise.all(Array.from({ length: 300 }, (_, index) => post('/track', call(index))));
  const meanwhile = Array.from({ length: 20 }, (_, index) => post('/track', call(300 + index)));
  await house.hands.kill('mongodb');
  const during = await Promise.all([...meanwhile, post('/track', call(400))]);
  expect(during.filter(({ status }) => status !== 200 && status !== 503)).toEqual([]);
  expect(during.at(-1)).toMatchObject({ status: 503, retryAfter: '5' });
  await house.hands.again('mongodb');
  await eventsDone();
  const taken = [...before, ...during].filter(({ status }) => status === 200).length;
  expect(await stored('Gone')).toBeGreaterThanOrEqual(taken);
  expect((await post('/track', call(500))).status).toBe(200);
});
