import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { type CrashHouse, openCrashHouse } from './crash-house.ts';
import { crowdsOf, twoMails } from './crowds.ts';
import { survives } from './journal.ts';
import { turnstile } from './turnstile.ts';

const PEOPLE = 8;

let house: CrashHouse;
let crowds: ReturnType<typeof crowdsOf>;
beforeAll(async () => {
  house = await openCrashHouse();
  crowds = crowdsOf(house);
  await house.start('server-1');
});
afterAll(() => house.close());
beforeEach(() => house.start('worker-1'));
afterEach(async () => {
  delete house.script.beforeGate;
  delete house.script.beforeReply;
  await Promise.all(['worker-1', 'worker-2'].map((name) => house.hands.kill(name)));
});

survives('a worker stopped while its mails wait at the gate, resumed after another has sent them', async (tell) => {
  const gate = turnstile(PEOPLE);
  house.script.beforeGate = gate.pass;
  const journey = await crowds.publish(twoMails());
  await crowds.enter(journey, PEOPLE);
  await gate.full;
  house.hands.signal('worker-1', 'SIGSTOP');
  gate.seal();
  await house.start('worker-2');
  await crowds.ended(journey);

  const bytes = house.sink.bodyBytes();
  gate.letGo();
  house.hands.signal('worker-1', 'SIGCONT');
  await pause(3_000);
  expect(house.sink.bodyBytes(), 'bytes that the stopped worker sent').toBe(bytes);
  const findings = await crowds.findings(journey);
  expect(findings).toMatchObject({ people: PEOPLE, sent: 2 * PEOPLE, ledger: 2 * PEOPLE });
  tell(findings);
});

survives('a heartbeat late while mails are under way: their 250 still makes the deliveries sent', async (tell) => {
  const reply = turnstile(PEOPLE);
  house.script.beforeReply = reply.pass;
  const journey = await crowds.publish(twoMails());
  await crowds.enter(journey, PEOPLE);
  await reply.full;
  house.hands.signal('worker-1', 'SIGSTOP');
  reply.seal();
  await house.start('worker-2');
  await crowds.ended(journey);
  expect(await crowds.findings(journey)).toMatchObject({ unknown: PEOPLE, sent: PEOPLE });

  reply.letGo();
  house.hands.signal('worker-1', 'SIGCONT');
  while ((await crowds.findings(journey)).unknown > 0) await pause(200);
  const findings = await crowds.findings(journey);
  expect(findings).toMatchObject({ sent: 2 * PEOPLE, ledger: 2 * PEOPLE });
  tell(findings);
});
