import { asText } from '../bson/document.ts';
import type { Cursors } from '../cursors.ts';
import { Fault } from '../faults.ts';
import type { Run, Prepared } from '../scheduler.ts';
import type { Catalog } from '../storage/catalog.ts';
import type { Reply } from '../wire/reply.ts';
import type { Request } from '../wire/request.ts';
import { aggregateCommand } from './aggregate.ts';
import * as collections from './collections.ts';
import { assertKnown, type Command } from './command.ts';
import { assertConcerns, COMMON_FIELDS, isDurable } from './concern.ts';
import { deleteCommand } from './delete.ts';
import { distinctCommand } from './distinct.ts';
import { explainCommand } from './explain.ts';
import { findAndModifyCommand } from './find-and-modify.ts';
import { countCommand, findCommand, getMoreCommand, killCursorsCommand } from './find.ts';
import * as handshake from './handshake.ts';
import * as indexes from './indexes.ts';
import { insertCommand } from './insert.ts';
import { updateCommand } from './update.ts';

const COMMANDS: readonly Command[] = [
  ...Object.values(handshake),
  insertCommand,
  updateCommand,
  deleteCommand,
  findAndModifyCommand,
  findCommand,
  getMoreCommand,
  killCursorsCommand,
  countCommand,
  distinctCommand,
  aggregateCommand,
  explainCommand,
  ...Object.values(indexes),
  ...Object.values(collections),
];

const BY_NAME: ReadonlyMap<string, Command> = new Map(
  COMMANDS.flatMap((command) => [command.name, ...(command.aliases ?? [])].map((name) => [name, command])),
);

/** Finds the command that a request names, and checks what can be checked before it runs. */
export function prepare(services: { catalog: Catalog; cursors: Cursors }, request: Request): Prepared {
  const { body } = request;
  const [name = ''] = Object.keys(body);
  const command = BY_NAME.get(name);
  if (!command) throw new Fault('CommandNotFound', `no such command: '${name}'`);
  assertConcerns(body);
  assertKnown(body, [name, ...command.options, ...COMMON_FIELDS], command.name);
  const call = { ...services, request, body, db: asText(body['$db'], '$db'), target: body[name] };
  const writes = command.writes === true;
  return { writes, durable: writes && isDurable(body), start: () => begin(command.run(call)) };
}

/** A reply that is ready, as a run. */
export function* begin(outcome: Reply | Run): Run {
  return isRun(outcome) ? yield* outcome : outcome;
}

function isRun(outcome: Reply | Run): outcome is Run {
  return Symbol.iterator in outcome;
}
