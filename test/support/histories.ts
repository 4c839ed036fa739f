import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';

const { History } = proto.temporal.api.history.v1;
type History = proto.temporal.api.history.v1.History;

/** Where recorded histories lie; each must replay with the workflows as they are now. */
const HISTORIES = join('test', 'histories');
const ENDING = '.history';

/** Keeps the longest history of a journey's groups under a name, when RECORD_HISTORIES is set. */
export async function recordHistory(client: Client, journey: string, name: string): Promise<void> {
  if (!process.env['RECORD_HISTORIES']) return;
  const histories: Uint8Array[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    if (!workflowId.startsWith(`group/${journey}/`)) continue;
    const group = client.workflow.getHandle(workflowId, runId);
    // One under way comes to its end first; one that begins in a week is not waited for.
    await Promise.race([group.result(), pause(3_000)]);
    const history = await group.fetchHistory();
    histories.push(History.encode(history).finish());
  }
  const longest = histories.toSorted((a, b) => b.length - a.length)[0];
  if (!longest) throw new Error(`No group of journey ${journey} has a history.`);
  mkdirSync(HISTORIES, { recursive: true });
  writeFileSync(join(HISTORIES, `${name}${ENDING}`), longest);
}

/** The recorded histories by name. */
export function readHistories(): Map<string, History> {
  const files = readdirSync(HISTORIES).filter((file) => file.endsWith(ENDING));
  return new Map(
    files.map((file) => [file.slice(0, -ENDING.length), History.decode(readFileSync(join(HISTORIES, file)))]),
  );
}

/** A recorded history as the text that its bytes spell, payloads included. */
export function readRaw(name: string): string {
  return readFileSync(join(HISTORIES, `${name}${ENDING}`), 'latin1');
}
