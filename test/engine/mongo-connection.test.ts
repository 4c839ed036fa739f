import { once } from 'node:events';
import { type AddressInfo, connect as dial, createServer, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { Connection } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '#engine/base.ts';
import { type Database, openDatabase } from '../support/mongo.ts';

let database: Database;
let relay: Awaited<ReturnType<typeof openRelay>>;
let connection: Connection;
beforeAll(async () => {
  database = await openDatabase();
  relay = await openRelay(database.uri);
  connection = await connect(relay.uri);
});
afterAll(async () => {
  await connection.close();
  await relay.close();
  await database.close();
});

const TOGETHER = 5;
const TURNS = Array.from({ length: 8 }, (_, turns) => turns);
const LONG_MS = 3_000;

it.for(TURNS)('answers what is asked %i turns after the database has ended its connections', async (turns) => {
  await Promise.all(askTogether());
  relay.endAll();
  for (let turn = 0; turn < turns; turn++) await nextTurn();
  const asked = Promise.allSettled(askTogether());
  expect(await Promise.race([asked, pause(LONG_MS)])).toHaveLength(TOGETHER);
  await expect(ask()).resolves.toMatchObject({ ok: 1 });
});

const ask = async (): Promise<unknown> => connection.db?.command({ ping: 1 });
const askTogether = () => Array.from({ length: TOGETHER }, ask);

/** Stands before a database, and ends all its connections when told to, as they end when it dies. */
async function openRelay(uri: string) {
  const address = new URL(uri);
  const [host, port] = [address.hostname, Number(address.port)];
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = dial(port, host);
    sockets.add(near).add(far);
    near.on('error', () => far.destroy()).pipe(far);
    far.on('error', () => near.destroy()).pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  address.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    uri: address.href,
    endAll() {
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
    async close() {
      this.endAll();
      server.close();
      await once(server, 'close');
    },
  };
}
