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

/** The refusal of fields by what else is known here: each named by its path, with what would be right. */
export function wrongFields(errors: ApiProblem['errors']): ApiProblem {
  return new ApiProblem(400, 'Some fields of the request are not right.', errors);
}

/** The refusal of an id that names nothing; `what` is the noun a marketer knows. */
export function notFound(what: string): ApiProblem {
  return new ApiProblem(404, `There is no such ${what}.`);
}
