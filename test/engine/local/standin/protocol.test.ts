import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { deserialize, serialize } from 'bson';
import type { Db, Document } from './driver.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failureOf, StandInProcess } from './process.ts';

const standIn = new StandInProcess();
let db: Db;
beforeAll(async () => {
  db = await standIn.start();
});
afterAll(() => standIn.dispose());

const OP_MSG = 2013;
const BODY_AT = 21;

function message(opCode: number, payload: Buffer, length = payload.length + 16): Buffer {
  const header = Buffer.alloc(16);
  header.writeInt32LE(length, 0);
  header.writeInt32LE(7, 4);
  header.writeInt32LE(opCode, 12);
  return Buffer.concat([header, payload]);
}

function opMsg(body: Document | Buffer, flags = 0): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32LE(flags, 0);
  return message(OP_MSG, Buffer.concat([head, Buffer.isBuffer(body) ? body : serialize(body)]));
}

async function open(): Promise<Socket> {
  const socket = connect(standIn.port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** Sends bytes and returns the body of the first reply. */
async function ask(bytes: Buffer, bodyAt = BODY_AT): Promise<Document> {
  const socket = await open();
  socket.write(bytes);
  let reply = Buffer.alloc(0);
  for await (const chunk of socket) {
    reply = Buffer.concat([reply, chunk as Buffer]);
    if (reply.length >= 4 && reply.length >= reply.readInt32LE(0)) break;
  }
  expect(reply.readInt32LE(8)).toBe(7);
  return deserialize(reply.subarray(bodyAt));
}

/** { a: { a: … } }, put together without recursion; the innermost is empty. */
function nested(levels: number): Buffer {
  const bytes = Buffer.alloc(5 + 8 * levels);
  for (let level = 0; level < levels; level++) {
    const at = level * 7;
    bytes.writeInt32LE(bytes.length - at - level, at);
    bytes.write('\x03a\0', at + 4, 'latin1');
  }
  bytes.writeInt32LE(5, levels * 7);
  return bytes;
}

test('the first handshake of older drivers is answered in its own form, and promises no sessions', async () => {
  const payload = Buffer.concat([
    Buffer.alloc(4),
    Buffer.from('admin.$cmd\0'),
    Buffer.alloc(8),
    serialize({ isMaster: 1 }),
  ]);
  const reply = await ask(message(2004, payload), 36);
  expect(reply).toMatchObject({ ismaster: true, maxWireVersion: 21 });
  expect(reply).not.toHaveProperty('logicalSessionTimeoutMinutes');
});

test('a message may come in pieces', async () => {
  const socket = await open();
  for (const byte of opMsg({ ping: 1, $db: 'admin' })) socket.write(Buffer.from([byte]));
  const [reply] = (await once(socket, 'data')) as [Buffer];
  expect(deserialize(reply.subarray(BODY_AT))).toMatchObject({ ok: 1 });
  socket.destroy();
});

test('requests on one connection are answered in their order, and what asks for no reply gets none', async () => {
  const socket = await open();
  const insert = { insert: 'quiet', documents: [{ _id: 1 }], writeConcern: { w: 0 }, $db: 'pasture' };
  socket.write(Buffer.concat([opMsg(insert, 2), opMsg({ count: 'quiet', $db: 'pasture' })]));
  const [reply] = (await once(socket, 'data')) as [Buffer];
  expect(deserialize(reply.subarray(BODY_AT))).toMatchObject({ n: 1 });
  socket.destroy();
});

test.each([
  ['a length beyond all bounds', message(OP_MSG, Buffer.alloc(4), 50_000_000)],
  ['a length below the header', message(OP_MSG, Buffer.alloc(4), 3)],
  ['no flags', message(OP_MSG, Buffer.alloc(0))],
  ['an unknown opcode', message(12345, Buffer.alloc(30))],
  ['noise', Buffer.alloc(200, 0xff)],
  ['noise behind a good one', Buffer.concat([opMsg({ ping: 1, $db: 'admin' }), Buffer.alloc(200, 0xff)])],
  [
    'an unknown opcode behind a good one',
    Buffer.concat([opMsg({ ping: 1, $db: 'admin' }), message(9, Buffer.alloc(9))]),
  ],
])('a message with %s closes its connection and nothing else', async (_name, bytes) => {
  const socket = await open();
  socket.on('error', () => undefined);
  socket.resume();
  socket.write(bytes);
  await once(socket, 'close');
  expect(await db.command({ ping: 1 })).toMatchObject({ ok: 1 });
});

test('a body that is no BSON is an error', async () => {
  const broken = opMsg({ ping: 1, text: 'abc', $db: 'admin' });
  broken.fill(0xee, 30, 40);
  expect(await ask(broken)).toMatchObject({ ok: 0 });
  expect(await ask(opMsg(Buffer.alloc(200, 0xff)))).toMatchObject({ ok: 0, codeName: 'InvalidBSON' });
  expect(await ask(message(OP_MSG, Buffer.alloc(4)))).toMatchObject({ ok: 0 });
});

test('every byte of a message may be wrong without harm', async () => {
  const good = opMsg({ find: 'c', filter: { a: { $in: [1, 'x', null] } }, $db: 'pasture' });
  const socket = await open();
  let answers = 0;
  socket.on('data', () => answers++);
  socket.on('error', () => undefined);
  for (let at = 21; at < good.length; at++) {
    const bad = Buffer.from(good);
    bad[at] = (bad[at] ?? 0) ^ 0x55;
    socket.write(bad);
  }
  await once(socket, 'data');
  expect(await db.command({ ping: 1 })).toMatchObject({ ok: 1 });
  expect(answers).toBeGreaterThan(0);
  socket.destroy();
});

test('a document of 100,000 levels is an error, wherever it comes', async () => {
  const bomb = nested(100_000);
  expect(await ask(opMsg(bomb))).toMatchObject({ ok: 0, codeName: 'Overflow' });
  const body = serialize({ insert: 'deep', $db: 'pasture' });
  const section = Buffer.concat([Buffer.alloc(4), Buffer.from('documents\0'), bomb]);
  section.writeInt32LE(section.length, 0);
  const insert = Buffer.concat([Buffer.alloc(4), Buffer.from([0]), body, Buffer.from([1]), section]);
  expect(await ask(message(OP_MSG, insert))).toMatchObject({ ok: 0, codeName: 'Overflow' });
  expect(await db.collection('deep').countDocuments()).toBe(0);
});

test('a document of 100 levels is stored, found and grouped by', async () => {
  const deep = deserialize(nested(100));
  await db.collection('nested').insertOne({ deep });
  expect(await db.collection('nested').findOne({ deep }, { projection: { _id: 0 } })).toEqual({ deep });
  expect(await db.collection('nested').distinct('deep')).toEqual([deep]);
});

test('what is not known is refused rather than ignored', async () => {
  const rows = db.collection('c');
  expect(await failureOf(db.command({ frobnicate: 1 }))).toMatchObject({ code: 59, codeName: 'CommandNotFound' });
  expect(await failureOf(db.command({ find: 'c', tailable: true }))).toMatchObject({ code: 40415 });
  expect(await failureOf(db.command({ find: 'c', startTransaction: true, autocommit: false }))).toMatchObject({
    code: 20,
  });
  await rows.insertOne({ a: [1] });
  const refused: [() => Promise<unknown>, RegExp][] = [
    [() => rows.find({}, { collation: { locale: 'en' } }).toArray(), /collation/],
    [() => rows.updateOne({}, { $set: { a: 1 } }, { collation: { locale: 'en' } }), /collation/],
    [() => rows.createIndex({ a: 'text' }), /not supported/],
    [() => rows.createIndex({ a: 1 }, { partialFilterExpression: { b: 1 } }), /not supported/],
    [() => rows.find({ $where: 'true' }).toArray(), /\$where/],
    [() => rows.find({ a: { $near: 1 } }).toArray(), /\$near/],
    [() => rows.aggregate([{ $lookup: {} }]).toArray(), /\$lookup/],
    [
      () => rows.aggregate([{ $project: { a: { $function: { body: 'return 1', args: [], lang: 'js' } } } }]).toArray(),
      /./,
    ],
    [() => rows.updateOne({ _id: 'x' as never }, { $rename: { a: 'b' } }), /\$rename/],
    [() => rows.updateOne({}, [{ $set: { a: 1 } }]), /pipeline/],
    [() => rows.updateOne({}, { $set: { 'a.$.b': 1 } }), /not supported/],
    [() => rows.insertOne({ a: 1 }, { writeConcern: { w: 3 } }), /single server/],
  ];
  for (const [attempt, why] of refused) expect((await failureOf(attempt())).message).toMatch(why);
});

test('a document over 16 MB is refused, whether it comes or grows so large', async () => {
  const rows = db.collection<{ _id: number; text: string; more?: string }>('large');
  await rows.insertOne({ _id: 1, text: 'x'.repeat(15_000_000) });
  expect(await failureOf(rows.updateOne({ _id: 1 }, { $set: { more: 'x'.repeat(2_000_000) } }))).toMatchObject({
    code: 10334,
  });
  const inserted = await db.command({ insert: 'large', documents: [{ _id: 2, text: 'x'.repeat(16 * 1024 * 1024) }] });
  expect([inserted['n'], inserted['writeErrors'][0].code]).toEqual([0, 10334]);
  const glued = rows.aggregate([{ $project: { text: { $concat: ['$text', '$text'] } } }]).toArray();
  expect(await failureOf(glued)).toMatchObject({ code: 10334 });
  expect(await rows.countDocuments()).toBe(1);
});

test('documents in the body of an insert are stored as they came, wherever in it they stand', async () => {
  const documents = [{ b: 1, _id: 'later' }, { _id: 'first', documents: [{ insert: 'x' }], long: 2 ** 40 }, {}];
  const at = db.databaseName;
  for (const body of [
    { insert: 'inBody', documents: documents.slice(0, 1), $db: at },
    { insert: 'inBody', ordered: false, $db: at, documents: documents.slice(1) },
  ])
    expect(await ask(opMsg(body))).toMatchObject({ n: body.documents.length, ok: 1 });

  const [one, other, third] = await db.collection<Document>('inBody').find().toArray();
  expect([one, other]).toEqual([{ _id: 'later', b: 1 }, documents[1]]);
  expect(Object.keys(third ?? {})).toEqual(['_id']);
});

test('an insert of something other than documents is refused, and nothing goes in', async () => {
  const body = { insert: 'refused', documents: [{ _id: 'good' }, 'bad'], $db: db.databaseName };
  expect(await ask(opMsg(body))).toMatchObject({ ok: 0, codeName: 'TypeMismatch' });
  expect(await db.collection('refused').countDocuments()).toBe(0);
});
