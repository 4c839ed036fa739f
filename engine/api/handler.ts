import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { RouteName, Routes } from '#shared/api.ts';

/** Who makes a change: the owner by session, or an API key by its name. */
export type Actor = { kind: 'user' | 'key'; id: string; name: string };

/** A checked request to a route. */
export type Call<Name extends RouteName> = {
  params: Readonly<Record<string, string>>;
  query: z.output<Routes[Name]['query']>;
  body: z.output<Routes[Name]['body']>;
  actor: Actor;
  request: Request;
  response: Response;
};

/** Answers a route; the answer is sent as JSON unless the handler has answered by itself. */
export type Handler<Name extends RouteName> = (call: Call<Name>) => Promise<z.input<Routes[Name]['response']>>;

/** The handlers of some routes, one for each; one missing does not compile. */
export type Handlers<Names extends RouteName> = { [Name in Names]: Handler<Name> };
