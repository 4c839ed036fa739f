import type { z } from 'zod';
import { contactRoutes } from './api/contacts.ts';
import { deliveryRoutes } from './api/deliveries.ts';
import { eventRoutes } from './api/events.ts';
import { importRoutes } from './api/imports.ts';
import { journeyRoutes } from './api/journeys.ts';
import { messageRoutes } from './api/messages.ts';
import { workspaceRoutes } from './api/workspace.ts';

/** Every route under `/api`, by name: types the builder's client, checks every request, and prints OpenAPI. */
export const routes = {
  ...workspaceRoutes,
  ...contactRoutes,
  ...eventRoutes,
  ...importRoutes,
  ...journeyRoutes,
  ...deliveryRoutes,
  ...messageRoutes,
};
export type Routes = typeof routes;
export type RouteName = keyof Routes;

/** What a caller gives and gets. Live numbers come from `GET /api/journeys/:id/live` as server-sent events named `report`. */
export type QueryOf<Name extends RouteName> = z.input<Routes[Name]['query']>;
export type BodyOf<Name extends RouteName> = z.input<Routes[Name]['body']>;
export type AnswerOf<Name extends RouteName> = z.output<Routes[Name]['response']>;
