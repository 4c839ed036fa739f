import { reasonOf } from '#engine/local/trouble.ts';

const PROGRESS_EVERY_MS = 15_000;

/** Speaks to the person at the terminal. */
export interface Voice {
  say(line: string): void;
  /** Says what begins, how long it has taken every 15 s, and how long it took. */
  during<T>(what: string, work: () => Promise<T>): Promise<T>;
}

/** A voice that writes plain lines, so that it reads the same in a terminal and in a log file. */
export function createVoice(write: (line: string) => void = (line) => console.log(line)): Voice {
  return {
    say: write,
    async during(what, work) {
      const begin = performance.now();
      const seconds = () => ((performance.now() - begin) / 1000).toFixed(0);
      write(`${what} …`);
      const ticker = setInterval(() => write(`${what}: ${seconds()} s …`), PROGRESS_EVERY_MS);
      try {
        const result = await work();
        write(`${what}: done in ${seconds()} s`);
        return result;
      } catch (error) {
        write(`${what}: not possible (${reasonOf(error)})`);
        throw error;
      } finally {
        clearInterval(ticker);
      }
    },
  };
}
