/** A refusal a caller can act on: becomes problem+json, naming each field and its remedy. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly errors: { path: string; message: string }[];

  constructor(status: number, title: string, errors: { path: string; message: string }[] = []) {
    super(title);
    this.name = 'ApiProblem';
    this.status = status;
    this.errors = errors;
  }
}

export function notFound(what: string): ApiProblem {
  return new ApiProblem(404, `There is no such ${what}.`);
}
