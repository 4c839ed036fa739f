import type { RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { notFound } from '../api/problem.ts';
import type { Reports } from './reports.ts';

/** How long after one look the next one is taken; with the report's own age, a change shows within two seconds. */
const LOOK_EVERY_MS = 700;
/** The pause after a slow look is so many times as long as the look, however large the journey. */
const LOOK_SHARE = 2;
/** Keeps proxies from closing a stream in which nothing happens. */
const HEARTBEAT_MS = 15_000;

type Watch = { clients: Set<Response>; last: string; timer: NodeJS.Timeout | null };

export interface Live {
  /** Answers with server-sent events named `report`: one at once, then one for each change. */
  handler: RequestHandler;
  /** How many journeys are being looked at, by anyone. */
  watched(): number;
  /** Ends every stream. */
  stop(): void;
}

/** One look at a watched journey serves everyone who watches it; nobody watching costs nothing. */
export function createLive(reports: Reports, log: Logger): Live {
  const watches = new Map<string, Watch>();
  const heartbeat = setInterval(() => {
    for (const { clients } of watches.values()) for (const client of clients) client.write(':\n\n');
  }, HEARTBEAT_MS).unref();

  async function look(journey: string, watch: Watch): Promise<void> {
    const startedAt = Date.now();
    try {
      const report = await reports.report(journey);
      if (report) tell(watch, report);
    } catch (error) {
      log.warn({ err: error, journey }, 'A live report could not be read; it is tried again.');
    }
    if (watch.clients.size === 0) return;
    const pauseMs = Math.max(LOOK_EVERY_MS, (Date.now() - startedAt) * LOOK_SHARE);
    watch.timer = setTimeout(() => void look(journey, watch), pauseMs);
  }

  function leave(journey: string, watch: Watch, client: Response) {
    watch.clients.delete(client);
    if (watch.clients.size > 0) return;
    if (watch.timer) clearTimeout(watch.timer);
    if (watches.get(journey) === watch) watches.delete(journey);
  }

  return {
    handler: async (request, response) => {
      const journey = String(request.params.id);
      const report = await reports.report(journey);
      if (!report) throw notFound('journey');
      if (response.closed) return;
      response.writeHead(200, {
        'Content-Type': 'text/event-stream',
        'Cache-Control': 'no-store, no-transform',
        'X-Accel-Buffering': 'no',
      });
      response.write(`retry: 2000\n\n${eventOf(JSON.stringify(report))}`);
      const watch = watches.get(journey) ?? { clients: new Set(), last: changing(report), timer: null };
      watch.clients.add(response);
      response.on('close', () => leave(journey, watch, response));
      if (watches.has(journey)) return;
      watches.set(journey, watch);
      watch.timer = setTimeout(() => void look(journey, watch), LOOK_EVERY_MS);
    },
    watched: () => watches.size,
    stop: () => {
      clearInterval(heartbeat);
      for (const { clients } of watches.values()) for (const client of clients) client.end();
    },
  };
}

function tell(watch: Watch, report: { at: string }) {
  const now = changing(report);
  if (now === watch.last) return;
  watch.last = now;
  const event = eventOf(JSON.stringify(report));
  for (const client of watch.clients) client.write(event);
}

/** What of a report may change; its instant always does. */
function changing({ at: _at, ...figures }: { at: string }): string {
  return JSON.stringify(figures);
}

function eventOf(data: string): string {
  return `event: report\ndata: ${data}\n\n`;
}
