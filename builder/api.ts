import { keepPreviousData, useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { type AnswerOf, type BodyOf, type QueryOf, type RouteName, routes } from '#shared/api.ts';
import { ProblemBody } from '#shared/api/route.ts';

export type FieldError = { path: string; message: string };

/** A refusal by the server, with what is wrong by field; status 0 is a server that cannot be reached. */
export class ApiError extends Error {
  readonly status: number;
  readonly fields: readonly FieldError[];

  constructor(status: number, title: string, fields: readonly FieldError[] = []) {
    super(title);
    this.name = 'ApiError';
    this.status = status;
    this.fields = fields;
  }
}

/** What a route is called with: `:name` parameters of its path, its query and its body. */
export type Given<Name extends RouteName> = {
  params?: Readonly<Record<string, string>>;
  query?: QueryOf<Name>;
  body?: BodyOf<Name>;
  signal?: AbortSignal;
};

/**
 * Calls a route of the API and checks its answer.
 * @throws ApiError when the server refuses, answers nonsense, or cannot be reached.
 */
export async function call<Name extends RouteName>(name: Name, given: Given<Name> = {}): Promise<AnswerOf<Name>> {
  const { method } = routes[name];
  const isFile = given.body instanceof Blob;
  const headers = new Headers({ accept: 'application/json' });
  if (given.body !== undefined) headers.set('content-type', isFile ? 'application/octet-stream' : 'application/json');
  const response = await reach(urlOf(name, given), {
    method: method.toUpperCase(),
    headers,
    ...(given.body === undefined ? {} : { body: given.body instanceof Blob ? given.body : JSON.stringify(given.body) }),
    ...(given.signal ? { signal: given.signal } : {}),
  });
  return answerOf(name, response);
}

/** Where a route lives, for links, downloads and event streams. */
export function urlOf<Name extends RouteName>(name: Name, given: Given<Name> = {}): string {
  const path = routes[name].path.replaceAll(/:(\w+)/g, (_, part: string) =>
    encodeURIComponent(given.params?.[part] ?? ''),
  );
  const fields = Object.entries(given.query ?? {}).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(fields.map(([field, value]) => [field, String(value)])).toString();
  return `/api${path}${search ? `?${search}` : ''}`;
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw new ApiError(0, 'unreachable');
  }
}

async function answerOf<Name extends RouteName>(name: Name, response: Response): Promise<AnswerOf<Name>> {
  const text = await response.text();
  const body: unknown = text && response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : undefined;
  if (!response.ok) {
    const problem = ProblemBody.partial().safeParse(body);
    throw new ApiError(
      response.status,
      problem.data?.detail ?? problem.data?.title ?? response.statusText,
      problem.data?.errors,
    );
  }
  const answer = routes[name].response.safeParse(body);
  if (!answer.success) throw new ApiError(response.status, `${name}: ${answer.error.message}`);
  // TypeScript cannot follow a generic name into the table; the parse above has checked the shape.
  return answer.data as AnswerOf<Name>;
}

/** How a route's answer is kept in the page: by route, then by what it was called with. */
export function keyOf<Name extends RouteName>(name: Name, given: Given<Name> = {}): readonly unknown[] {
  return [name, given.params ?? null, given.query ?? null, given.body ?? null];
}

type ReadOptions = { everyMs?: number | false; enabled?: boolean; keepPrevious?: boolean };

/** Reads a route and keeps the answer fresh: `everyMs` asks again, `keepPrevious` shows the last answer meanwhile. */
export function useRead<Name extends RouteName>(
  name: Name,
  given: Given<Name> = {},
  options: ReadOptions = {},
): UseQueryResult<AnswerOf<Name>, Error> {
  // As a plain object, because the library's guard against functions cannot see through a generic answer.
  const shownMeanwhile: object = options.keepPrevious ? { placeholderData: keepPreviousData } : {};
  return useQuery<AnswerOf<Name>, Error>({
    queryKey: keyOf(name, given),
    queryFn: ({ signal }) => call(name, { ...given, signal }),
    enabled: options.enabled ?? true,
    refetchInterval: options.everyMs ?? false,
    ...shownMeanwhile,
  });
}

/** Changes something by a route; afterwards what was read by the named routes is read again. */
export function useChange<Name extends RouteName>(name: Name, rereads: readonly RouteName[] = []) {
  const client = useQueryClient();
  return useMutation<AnswerOf<Name>, Error, Given<Name>>({
    mutationFn: (given) => call(name, given),
    onSuccess: async () => {
      await Promise.all(rereads.map((read) => client.invalidateQueries({ queryKey: [read] })));
    },
  });
}
