import type { Connection, mongo } from 'mongoose';

/** Lets something happen just after the database has answered the next command of a kind, as another server would. */
export function afterNextCommand(
  { db: watched }: Connection,
  isIt: (command: mongo.Document) => boolean,
  meanwhile: () => Promise<void>,
): void {
  if (!watched) throw new Error('The database is not connected.');
  const command = watched.command.bind(watched);
  Reflect.set(watched, 'command', async (...given: Parameters<typeof command>) => {
    const answer = await command(...given);
    if (isIt(given[0])) {
      Reflect.deleteProperty(watched, 'command');
      await meanwhile();
    }
    return answer;
  });
}
