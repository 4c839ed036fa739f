import { createServer, type Server, type Socket } from 'node:net';
import { begin, prepare } from './commands/registry.ts';
import { Cursors } from './cursors.ts';
import { BrokenStream, faultReply, toFault } from './faults.ts';
import { type Prepared, Scheduler } from './scheduler.ts';
import { Catalog } from './storage/catalog.ts';
import { Flush } from './storage/flush.ts';
import { Sqlite } from './storage/sqlite.ts';
import { removeExpired } from './storage/expiry.ts';
import { Frames } from './wire/frames.ts';
import { encodeReply, type Reply } from './wire/reply.ts';
import { readEnvelope, readRequest, type Envelope } from './wire/request.ts';

const SWEEP_INTERVAL_MS = 60_000;

/** Accepts connections on loopback and hands their commands to the scheduler, one at a time for each. */
export class StandIn {
  readonly #sqlite: Sqlite;
  readonly #flush: Flush;
  readonly #catalog: Catalog;
  readonly #cursors = new Cursors();
  readonly #scheduler: Scheduler;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #sweeping: NodeJS.Timeout;

  constructor(file: string, onDiskLost: (error: Error) => void) {
    this.#sqlite = new Sqlite(file);
    this.#catalog = new Catalog(this.#sqlite);
    this.#flush = new Flush(file, onDiskLost);
    const afterRollback = (): void => this.#catalog.reload();
    this.#scheduler = new Scheduler({ sqlite: this.#sqlite, flush: this.#flush, afterRollback });
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    this.#sweeping = setInterval(() => this.#sweep(), SWEEP_INTERVAL_MS).unref();
  }

  /** Listens and resolves with the port, which for 0 is one that the system picks. */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => {
        const address = this.#server.address();
        resolve(typeof address === 'object' && address ? address.port : port);
      });
    });
  }

  /** Answers what has arrived and closes the file in good order. */
  close(): void {
    clearInterval(this.#sweeping);
    this.#server.close();
    this.#scheduler.drain();
    this.#flush.close();
    for (const socket of this.#sockets) socket.destroySoon();
    this.#sqlite.close();
  }

  #sweep(): void {
    this.#cursors.closeIdle();
    const run = (): Reply => ({ removed: removeExpired(this.#catalog, new Date()) });
    this.#scheduler.submit({
      writes: true,
      durable: false,
      bytes: 0,
      start: () => begin(run()),
      done: () => undefined,
    });
  }

  #accept(socket: Socket): void {
    const frames = new Frames();
    const waiting: Buffer[] = [];
    let busy = false;
    // One after the other, since a driver expects the replies in the order of its requests.
    const goOn = (): void => {
      const message = busy || socket.destroyed ? undefined : waiting.shift();
      if (!message) return;
      busy = true;
      this.#handle(message, (reply) => {
        busy = false;
        if (reply && !socket.destroyed) socket.write(reply);
        orClose(socket, goOn);
      });
    };
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    // A reset by the client is its own affair; 'close' follows.
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      orClose(socket, () => {
        waiting.push(...frames.push(chunk));
        goOn();
      });
    });
  }

  /** @throws BrokenStream for a message that cannot be answered */
  #handle(message: Buffer, send: (bytes: Buffer | undefined) => void): void {
    const envelope = readEnvelope(message);
    const done = (reply: Reply): void => send(envelope.wantsReply ? encodeOrFault(envelope, reply) : undefined);
    this.#scheduler.submit({ ...this.#prepare(message, envelope), bytes: message.length, done });
  }

  #prepare(message: Buffer, envelope: Envelope): Prepared {
    try {
      return prepare({ catalog: this.#catalog, cursors: this.#cursors }, readRequest(message, envelope));
    } catch (error) {
      return { writes: false, durable: false, start: () => begin(faultReply(toFault(error))) };
    }
  }
}

function orClose(socket: Socket, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof BrokenStream)) throw error;
    console.error(`closing a connection: ${error.message}`);
    socket.destroy();
  }
}

/** A reply may turn out too large to encode; the client gets that error in its place. */
function encodeOrFault(envelope: Envelope, reply: Reply): Buffer {
  try {
    return encodeReply(envelope, reply);
  } catch (error) {
    return encodeReply(envelope, faultReply(toFault(error)));
  }
}
