import { createServer, type RequestListener, type Server } from 'node:http';
import type { Config } from './config.ts';

/** How long requests under way may take once the server was told to stop. */
const FAREWELL_MS = 5_000;

/** Longer than load balancers keep a connection, so that none sends a request into one that is being closed. */
const IDLE_MS = 75_000;

/**
 * Listens where the configuration says; answers the server and its own address.
 * @throws Error in plain words when the port is taken or forbidden.
 */
export async function listen(app: RequestListener, { HOST, PORT }: Pick<Config, 'HOST' | 'PORT'>) {
  const server = createServer({ keepAliveTimeout: IDLE_MS }, app);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen(PORT, HOST, resolve);
  await promise.catch((cause: unknown) => {
    throw new Error(reasonOf(cause, { HOST, PORT }), { cause });
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : PORT;
  return { server, url: `http://${HOST === '0.0.0.0' || HOST === '::' ? 'localhost' : HOST}:${port}` };
}

/** Takes no more requests, waits a while for those under way, and then hangs up on the rest. */
export async function hangUp(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), FAREWELL_MS);
  await promise.finally(() => clearTimeout(timer));
}

function reasonOf(cause: unknown, { HOST, PORT }: Pick<Config, 'HOST' | 'PORT'>): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  if (code === 'EADDRINUSE') return `Port ${PORT} is in use. End the program that uses it, or set PORT to another.`;
  if (code === 'EACCES') return `Port ${PORT} may not be used by this user. Set PORT to one above 1023.`;
  if (code === 'EADDRNOTAVAIL') return `${HOST} is no address of this machine. Set HOST to 127.0.0.1 or 0.0.0.0.`;
  return `The server cannot listen on ${HOST}:${PORT}.`;
}
