import { setTimeout as pause } from 'node:timers/promises';

/**
 * Joins what arrives while a commit is under way into the next one: starts at once when idle, and never has two
 * commits of the same kind in flight, nor two that begin less than `apartMs` after each other. A commit that throws
 * fails all its requests.
 */
export function groupCommit<Request, Answer>(
  commit: (requests: Request[]) => Promise<Answer[]>,
  { most = 500, apartMs = 0 }: { most?: number; apartMs?: number } = {},
): (request: Request) => Promise<Answer> {
  type Waiting = { request: Request; resolve: (answer: Answer) => void; reject: (error: unknown) => void };
  let waiting: Waiting[] = [];
  let busy = false;
  let lastBegan = -Infinity;

  async function run(): Promise<void> {
    busy = true;
    while (waiting.length > 0) {
      const earlyMs = lastBegan + apartMs - performance.now();
      if (earlyMs > 0) await pause(earlyMs);
      lastBegan = performance.now();
      const taken = waiting.slice(0, most);
      waiting = waiting.slice(most);
      try {
        const answers = await commit(taken.map(({ request }) => request));
        taken.forEach(({ resolve, reject }, index) => {
          const answer = answers[index];
          if (index < answers.length) resolve(answer as Answer);
          else reject(new Error('A group commit answered fewer requests than it was given.'));
        });
      } catch (error) {
        for (const { reject } of taken) reject(error);
      }
    }
    busy = false;
  }

  return (request) =>
    new Promise((resolve, reject) => {
      waiting.push({ request, resolve, reject });
      if (!busy) void run();
    });
}
