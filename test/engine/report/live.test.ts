import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JourneyReport } from '#shared/report.ts';
import { openApi, owner } from '../../support/api.ts';
import { publishedExample, runOf } from '../../support/runs.ts';

let api: Awaited<ReturnType<typeof openApi>>;
let server: Server;
let url: string;
let cookie: string;
let journey: string;

beforeAll(async () => {
  api = await openApi();
  const created = await api
    .browser()
    .post('/api/owner')
    .send({ ...owner, token: api.token });
  cookie = created.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  journey = await publishedExample(api.base.models);
  server = createServer(api.app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('not listening');
  url = `http://127.0.0.1:${address.port}/api/journeys/${journey}/live`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await api.close();
});

/** Watches a journey; `next` waits for a report that fits. */
async function watch() {
  const leave = new AbortController();
  const { body, headers } = await fetch(url, { headers: { cookie }, signal: leave.signal });
  expect(headers.get('content-type')).toBe('text/event-stream');
  if (!body) throw new Error('no stream');
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    leave: () => leave.abort(),
    async next(fits: (report: JourneyReport) => boolean): Promise<JourneyReport> {
      for (;;) {
        const end = text.indexOf('\n\n');
        if (end >= 0) {
          const [, data] = /^event: report\ndata: (.*)$/s.exec(text.slice(0, end)) ?? [];
          text = text.slice(end + 2);
          if (data !== undefined && fits(JSON.parse(data))) return JSON.parse(data);
          continue;
        }
        const { value, done } = await reader.read();
        if (done) throw new Error('The stream ended.');
        text += value;
      }
    },
  };
}

test('a change is on every watching screen within two seconds, by one look for all', async () => {
  const [one, other] = [await watch(), await watch()];
  expect((await one.next(() => true)).entered).toBe(0);
  await other.next(() => true);
  expect(api.live.watched()).toBe(1);
  const changedAt = Date.now();
  await api.base.models.enrollments.create(runOf(journey, 'newcomer'));
  const reports = await Promise.all([one, other].map(({ next }) => next(({ entered }) => entered === 1)));
  expect(Date.now() - changedAt).toBeLessThan(2_000);
  expect(reports[0]).toMatchObject({ entered: 1, waiting: 1 });
  one.leave();
  other.leave();
  await expect.poll(() => api.live.watched(), { timeout: 2_000 }).toBe(0);
});

test('a journey that does not exist is a 404, not a silent stream', async () => {
  const answer = await fetch(url.replace(journey, 'nothing'), { headers: { cookie } });
  expect(answer.status).toBe(404);
});

test('stopping the server ends the streams', async () => {
  const screen = await watch();
  await screen.next(() => true);
  api.live.stop();
  await expect(screen.next(() => true)).rejects.toThrow('ended');
});
