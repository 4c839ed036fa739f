/** A failure told to a person: what happened, and what to do about it. Shown without a stack trace. */
export class Trouble extends Error {
  override name = 'Trouble';

  constructor(what: string, whatToDo: readonly string[] = [], options?: ErrorOptions) {
    super([what, ...whatToDo.map((line) => `  ${line}`)].join('\n'), options);
  }
}

/** The first line of an error's message, which is what a list of reasons has room for. */
export function reasonOf(error: unknown): string {
  const deepest = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const message = deepest instanceof Error ? deepest.message : String(deepest);
  return message.split('\n', 1)[0] ?? message;
}
