import { z } from 'zod';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** One REST route: what it takes and what it answers. `access: 'public'` needs neither session nor API key. */
export type Route = {
  method: Method;
  /** Below `/api`, with `:name` parameters. */
  path: string;
  summary: string;
  access: 'owner' | 'public';
  query: z.ZodType;
  body: z.ZodType;
  response: z.ZodType;
};

const nothing = z.unknown();

/** Fills in what most routes do not need. */
export function route<
  Query extends z.ZodType = typeof nothing,
  Body extends z.ZodType = typeof nothing,
  Response extends z.ZodType = typeof nothing,
>(given: {
  method: Method;
  path: string;
  summary: string;
  access?: Route['access'];
  query?: Query;
  body?: Body;
  response?: Response;
}) {
  return {
    access: 'owner' as const,
    query: nothing,
    body: nothing,
    response: nothing,
    ...given,
  } as Omit<Route, 'query' | 'body' | 'response'> & { query: Query; body: Body; response: Response };
}

export const Instant = z.iso.datetime();

/** Paging by an opaque cursor; `total` counts everything that matches. */
export const Page = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
});

/** The answer's schema of a paged route: rows, the cursor of the next page, and how many match in all. */
export function pageOf<Row extends z.ZodType>(row: Row) {
  return z.object({ rows: z.array(row), cursor: z.string().nullable(), total: z.number().int() });
}

/** RFC 9457 problem+json with `errors[]` by field path. */
export const ProblemBody = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type ProblemBody = z.infer<typeof ProblemBody>;
