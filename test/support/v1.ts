import { createServer, type Server } from 'node:http';
import express from 'express';
import { nanoid } from 'nanoid';
import { faultsToProblems } from '#engine/api/faults.ts';
import type { Models } from '#engine/models/index.ts';
import { hashSecret } from '#engine/secrets.ts';
import { v1Router } from '#engine/v1/router.ts';
import type { Event } from '#shared/event.ts';
import { openIngest } from './ingest.ts';

/** The tracking API on a port of its own, with a write key. */
export type V1 = Awaited<ReturnType<typeof openV1>>;

export async function openV1(react?: (event: Event) => Promise<void>) {
  const ingest = await openIngest(react);
  const writeKey = `wk_${nanoid()}`;
  await createWriteKey(ingest, writeKey);
  const app = express();
  app.use('/v1', v1Router(ingest));
  app.use(faultsToProblems(ingest.base.log));
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `http://127.0.0.1:${portOf(server)}`;
  return {
    ...ingest,
    host,
    writeKey,
    /** Posts as an outside system would. */
    async post(path: string, body: unknown, headers: Record<string, string> = {}) {
      const response = await fetch(`${host}/v1${path}`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${writeKey}:`)}`, 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' || body instanceof Blob ? body : JSON.stringify(body),
      });
      return { status: response.status, headers: response.headers, body: await bodyOf(response) };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await ingest.close();
    },
  };
}

type Answer = {
  success?: boolean;
  title?: string;
  errors?: { path: string; message: string }[];
  rejected?: Rejected[];
};
type Rejected = { index: number; messageId: string | null; errors: { path: string; message: string }[] };

async function bodyOf(response: Response): Promise<Answer> {
  const body: Answer = await response.json();
  return body;
}

/** Lets whoever shows this secret send events. */
export async function createWriteKey({ models }: { models: Pick<Models, 'keys'> }, secret: string): Promise<void> {
  await models.keys.create({
    _id: nanoid(),
    kind: 'write',
    name: 'Shop',
    prefix: secret.slice(0, 6),
    hash: hashSecret(secret),
    createdAt: new Date(),
    createdBy: 'user:Owner',
    lastUsedAt: null,
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
