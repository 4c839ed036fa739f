import { reasonOf, Trouble } from '#engine/local/trouble.ts';

/** One way to come by a server: answers it, or says why this way is not open. */
export interface Way<T> {
  name: string;
  take(): Promise<{ found: T } | { closed: string }>;
}

/**
 * Takes the first way that is open; a way that throws counts as closed, except for Trouble, which ends the search.
 * @param what the server's name
 * @param whatToDo what a person can do when every way is closed
 * @throws Trouble naming each way with the reason why it is closed
 */
export async function takeFirstWay<T>(what: string, ways: readonly Way<T>[], whatToDo: readonly string[]): Promise<T> {
  const closed: string[] = [];
  for (const way of ways) {
    const answer = await way.take().catch(closeUnlessTrouble);
    if ('found' in answer) return answer.found;
    closed.push(`- ${way.name}: ${answer.closed}`);
  }
  throw new Trouble(`${what} could not be obtained. Each way was tried:`, [...closed, ...whatToDo]);
}

function closeUnlessTrouble(error: unknown): { closed: string } {
  if (error instanceof Trouble) throw error;
  return { closed: reasonOf(error) };
}
