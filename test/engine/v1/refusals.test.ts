import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { nanoid } from 'nanoid';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openV1, type V1 } from '../../support/v1.ts';

let v1: V1;
beforeAll(async () => {
  v1 = await openV1();
});
afterAll(() => v1.close());

const zip = (body: unknown) => new Blob([new Uint8Array(gzipSync(JSON.stringify(body)))]);

describe('what the tracking API refuses', () => {
  it.each([
    ['/track', { userId: 'u' }, 'event'],
    ['/track', { event: 'Seen' }, 'userId'],
    ['/track', { userId: 'u', event: '   ' }, 'event'],
    ['/track', { userId: 'null', event: 'Seen' }, 'userId'],
    ['/track', { userId: 'u', event: 'Seen', timestamp: 'yesterday' }, 'timestamp'],
    ['/track', { userId: 'u', event: 'Seen', properties: [] }, 'properties'],
    ['/group', { userId: 'u' }, 'groupId'],
    ['/alias', { userId: 'u' }, 'previousId'],
    ['/batch', {}, 'batch'],
  ])('answers 400 for %s %j and names %s', async (path, body, field) => {
    const answer = await v1.post(path, body);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body.errors?.map((error) => error.path)).toContain(field);
  });

  it('answers 400 for what is no JSON object', async () => {
    for (const body of ['{', '[]', '7', '']) expect((await v1.post('/track', body)).status).toBe(400);
  });

  it('answers 401 without a key, with a wrong one and with an API key', async () => {
    const call = { userId: 'u', event: 'Seen' };
    expect((await v1.post('/track', call, { authorization: '' })).status).toBe(401);
    expect((await v1.post('/track', call, { authorization: `Basic ${btoa('wrong:')}` })).status).toBe(401);
    expect((await v1.post('/track', { ...call, writeKey: 'wrong' }, { authorization: '' })).status).toBe(401);
  });

  it('answers 413 above 32 KB an event and above 500 KB a batch', async () => {
    const event = { userId: 'u', event: 'Seen', properties: { note: 'x'.repeat(33_000) } };
    expect((await v1.post('/track', event)).status).toBe(413);
    const small = { ...event, type: 'track', properties: { note: 'x'.repeat(30_000) } };
    expect((await v1.post('/batch', { batch: Array.from({ length: 18 }, () => small) })).status).toBe(413);
    expect((await v1.post('/track', { ...event, properties: { note: 'x'.repeat(1_000_000) } })).status).toBe(413);
    const zipped = zip({ ...event, properties: { note: 'x'.repeat(5_000_000) } });
    expect((await v1.post('/track', zipped, { 'content-encoding': 'gzip' })).status).toBe(413);
  });

  it('takes the good of a batch, keeps the bad aside and names them', async () => {
    const good = { type: 'track', userId: 'batch-1', event: 'Seen', messageId: nanoid() };
    const batch = [
      good,
      { type: 'track', userId: 'batch-1', messageId: 'bad-1' },
      { type: 'dance', userId: 'batch-1' },
      'no call',
      { ...good, messageId: nanoid(), properties: { note: 'x'.repeat(33_000) } },
      { ...good, type: 'identify', messageId: nanoid() },
    ];
    const answer = await v1.post('/batch', { batch, sentAt: new Date() });
    expect(answer.status).toBe(200);
    expect(answer.body.rejected?.map(({ index, messageId }) => [index, messageId?.slice(0, 5)])).toEqual([
      [1, 'bad-1'],
      [2, undefined],
      [3, undefined],
      [4, answer.body.rejected?.[3]?.messageId?.slice(0, 5)],
    ]);
    expect(answer.body.rejected?.[0]?.errors[0]?.path).toBe('batch.1.event');
    expect(
      await v1.models.events.countDocuments({
        _id: {
          $in: [good.messageId, batch.at(-1)].flatMap((one) =>
            typeof one === 'string' ? one : (one?.messageId ?? []),
          ),
        },
      }),
    ).toBe(2);
    expect(await v1.models.rejectedEvents.countDocuments()).toBe(4);
    expect((await v1.post('/batch', { batch: [{ type: 'track' }] })).status).toBe(400);
  });
});

/** Begins a request and sends nothing of its body; answers the status of what is said to it, if anything is. */
function begin(headers: string[]): { socket: Socket; status: Promise<string> } {
  const socket = connect(Number(new URL(v1.host).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(['POST /v1/batch HTTP/1.1', 'Host: shop', ...headers, '', ''].join('\r\n'));
  const status = new Promise<string>((resolve) => {
    socket.once('data', (answer) => resolve(answer.toString('latin1').slice(9, 12)));
  });
  return { socket, status };
}

describe('strangers', () => {
  const opened: Socket[] = [];
  afterEach(() => {
    for (const socket of opened.splice(0)) socket.destroy();
  });
  const stranger = (...headers: string[]) => {
    const { socket, status } = begin(headers);
    opened.push(socket);
    return status;
  };
  const call = { userId: 'u', event: 'Seen' };

  it.each([
    ['a wrong key', [`Authorization: Basic ${btoa('wrong:')}`, 'Content-Length: 500000']],
    ['no key and a large body', ['Content-Length: 500000']],
    ['no key and a body of any length', ['Transfer-Encoding: chunked']],
  ])('with %s get 401 before their body is read, and take no room', async (_, headers) => {
    const said = await Promise.all(Array.from({ length: 40 }, () => stranger(...headers)));
    expect(new Set(said)).toEqual(new Set(['401']));
    expect((await v1.post('/track', call)).status).toBe(200);
  });

  it('who might have a key in a small body fill a room of their own', async () => {
    const said = Array.from({ length: 40 }, () => stranger('Content-Length: 32000'));
    expect(await Promise.race(said)).toBe('429');
    expect((await v1.post('/track', call)).status).toBe(200);
  });
});

describe('too much at once', () => {
  it(
    'puts callers off with 429 and Retry-After, and takes their events again when there is room',
    { timeout: 60_000 },
    async () => {
      let release = () => {};
      const held = new Promise<void>((resolve) => (release = resolve));
      const busy = await openV1(() => held);
      const call = { type: 'track', userId: 'busy', event: 'Seen' };
      const callsOf = (length: number) =>
        Array.from({ length }, (_, index) => ({ ...call, userId: `busy-${index % 400}` }));
      for (let batch = 0; batch < 10; batch += 1) {
        expect((await busy.post('/batch', { batch: callsOf(2_000) })).status).toBe(200);
      }
      const refused = await busy.post('/track', call);
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      release();
      await busy.events.idle();
      expect((await busy.post('/track', call)).status).toBe(200);
      await busy.close();
    },
  );
});
