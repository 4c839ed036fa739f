import { createRequire } from 'node:module';
import type { Duplex } from 'node:stream';
import mongoose, { type ConnectOptions, type Connection as MongooseConnection } from 'mongoose';

/** What is used here of the driver's own connection, which it does not tell of in its types. */
type Connection = {
  address: string;
  socket: Duplex;
  /** Why it was closed, once it is. */
  error: Error | null;
  writeCommand(...given: unknown[]): Promise<void>;
};

const drivers = createRequire(createRequire(import.meta.url).resolve('mongoose'));

/** The one way to a MongoDB: by a driver that notices lost connections. */
export function createConnection(uri: string, options: ConnectOptions = {}): MongooseConnection {
  noticeLostConnections();
  return mongoose.createConnection(uri, options);
}

/**
 * Makes the driver notice when a connection is lost while it writes a command. It waits for the socket to have room, or
 * to fail; a socket that has been closed already does neither, and the command would wait for ever: a gate, a result,
 * or the driver's own watch over the server, after which the process never finds the database again.
 */
function noticeLostConnections(): void {
  const { Connection } = drivers('mongodb/lib/cmap/connection.js') as { Connection: { prototype: Connection } };
  const { writeCommand } = Connection.prototype;
  if (writeCommand.name === watched.name) return;

  function watched(this: Connection, ...given: unknown[]): Promise<void> {
    const { socket, address } = this;
    return new Promise((resolve, reject) => {
      const lost = () =>
        reject(this.error ?? new mongoose.mongo.MongoNetworkError(`The connection to ${address} was closed.`));
      if (socket.destroyed) return lost();
      socket.once('close', lost);
      void writeCommand
        .apply(this, given)
        .then(resolve, reject)
        .finally(() => socket.off('close', lost));
    });
  }
  Connection.prototype.writeCommand = watched;
}
