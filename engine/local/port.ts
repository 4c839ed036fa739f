import { connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Trouble } from '#engine/local/trouble.ts';

/**
 * Makes sure that a server will get its port.
 * @param wish.port the wanted port; 0 takes any free one
 * @param wish.what the server's name, as a person knows it
 * @param wish.variable the environment variable that changes the port
 * @throws Trouble when the port is in use or may not be opened
 */
export async function claimPort(wish: { port: number; host: string; what: string; variable: string }): Promise<number> {
  try {
    return await openOnce(wish.port, wish.host);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const { because, remedy } = whyNot(code, wish);
    throw new Trouble(`Port ${wish.port}, wanted by ${wish.what}, ${because}.`, [remedy], { cause: error });
  }
}

function whyNot(code: unknown, { port, host, variable }: { port: number; host: string; variable: string }) {
  switch (code) {
    case 'EADDRINUSE':
      return {
        because: 'is in use by another program',
        remedy: `Stop that program, or choose another port: ${variable}=${port + 1} npm start`,
      };
    case 'EACCES':
      return {
        because: 'may not be opened by this user',
        remedy: `Choose a port above 1023: ${variable}=${port + 8_000} npm start`,
      };
    default:
      return {
        because: `cannot be opened on ${host} (${String(code)})`,
        remedy: `Name an address of this machine by ${variable.replace('PORT', 'HOST')}, or unset it for 127.0.0.1.`,
      };
  }
}

/** A port on loopback that is free at this moment. */
export function freePort(): Promise<number> {
  return openOnce(0, '127.0.0.1');
}

function openOnce(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen({ port, host, exclusive: true }, () => {
      const address = probe.address();
      const opened = typeof address === 'object' && address !== null ? address.port : port;
      probe.close(() => resolve(opened));
    });
  });
}

/** Waits until something listens on a port, or the signal aborts. */
export async function untilListening(port: number, host: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !(await isListening(port, host))) await pause(50);
}

function isListening(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
