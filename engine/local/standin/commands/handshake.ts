import { MAX_DOCUMENT_BYTES, type Doc } from '../bson/document.ts';
import { MAX_MESSAGE_BYTES } from '../wire/frames.ts';
import type { Command } from './command.ts';

/** MongoDB 7.0's: new enough for current drivers, older than what this server lacks. */
const MAX_WIRE_VERSION = 21;
const VERSION = '7.0.0';

/**
 * A standalone server. Without logicalSessionTimeoutMinutes drivers use no sessions, and so neither
 * transactions nor retryable writes; without topologyVersion they poll rather than stream.
 */
function describeServer(primaryField: string): Doc {
  return {
    helloOk: true,
    [primaryField]: true,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    maxMessageSizeBytes: MAX_MESSAGE_BYTES,
    maxWriteBatchSize: 100_000,
    localTime: new Date(),
    minWireVersion: 0,
    maxWireVersion: MAX_WIRE_VERSION,
    readOnly: false,
    ok: 1,
  };
}

const HELLO_OPTIONS = [
  'helloOk',
  'client',
  'compression',
  'loadBalanced',
  'hostInfo',
  'saslSupportedMechs',
  'speculativeAuthenticate',
  'topologyVersion',
  'maxAwaitTimeMS',
  'backpressure',
];

export const helloCommand: Command = {
  name: 'hello',
  options: HELLO_OPTIONS,
  run: () => describeServer('isWritablePrimary'),
};

export const isMasterCommand: Command = {
  name: 'isMaster',
  aliases: ['ismaster'],
  options: HELLO_OPTIONS,
  run: () => describeServer('ismaster'),
};

export const pingCommand: Command = { name: 'ping', options: [], run: () => ({ ok: 1 }) };

/** How a client can tell this server from MongoDB. */
const MODULES = ['pasture-standin'];

export const buildInfoCommand: Command = {
  name: 'buildInfo',
  aliases: ['buildinfo'],
  options: [],
  run: () => ({ version: VERSION, versionArray: [7, 0, 0, 0], modules: MODULES, bits: 64, ok: 1 }),
};

export const serverStatusCommand: Command = {
  name: 'serverStatus',
  options: [],
  run: () => ({ version: VERSION, process: MODULES[0], pid: process.pid, uptime: process.uptime(), ok: 1 }),
};

/** Nothing is kept for a session, so there is nothing to end. */
export const endSessionsCommand: Command = { name: 'endSessions', options: [], run: () => ({ ok: 1 }) };
