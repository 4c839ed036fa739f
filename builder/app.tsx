import { createRootRoute, createRoute, createRouter, lazyRouteComponent, RouterProvider } from '@tanstack/react-router';
import { z } from 'zod';
import { DeliveryState } from '#shared/delivery.ts';
import { Stage } from '#shared/stage.ts';
import { Shell } from './ui/shell.tsx';
import { ErrorState } from './ui/error-state.tsx';
import { MissingPage } from './ui/missing-page.tsx';
import { LoadingPage } from './ui/loading.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: MissingPage });

const word = z.string().optional().catch(undefined);
const deliveryState = DeliveryState.optional().catch(undefined);
const stage = Stage.optional().catch(undefined);

const pages = [
  createRoute({
    getParentRoute: () => root,
    path: '/',
    component: lazyRouteComponent(() => import('./pages/home.tsx'), 'HomePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/welcome',
    validateSearch: z.object({ token: word }),
    component: lazyRouteComponent(() => import('./pages/welcome.tsx'), 'WelcomePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/sign-in',
    component: lazyRouteComponent(() => import('./pages/sign-in.tsx'), 'SignInPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/journeys',
    component: lazyRouteComponent(() => import('./pages/journeys.tsx'), 'JourneysPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/journeys/$id',
    component: lazyRouteComponent(() => import('./pages/journey.tsx'), 'JourneyPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/contacts',
    validateSearch: z.object({ search: word, tag: word, stage, segment: word }),
    component: lazyRouteComponent(() => import('./pages/contacts.tsx'), 'ContactsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/contacts/$id',
    component: lazyRouteComponent(() => import('./pages/contact.tsx'), 'ContactPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/segments',
    component: lazyRouteComponent(() => import('./pages/segments.tsx'), 'SegmentsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/segments/$id',
    component: lazyRouteComponent(() => import('./pages/segment.tsx'), 'SegmentPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/imports',
    component: lazyRouteComponent(() => import('./pages/imports.tsx'), 'ImportsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/deliveries',
    validateSearch: z.object({ state: deliveryState, journey: word }),
    component: lazyRouteComponent(() => import('./pages/deliveries.tsx'), 'DeliveriesPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/inbox',
    validateSearch: z.object({ mail: word }),
    component: lazyRouteComponent(() => import('./pages/inbox.tsx'), 'InboxPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/settings',
    validateSearch: z.object({ tab: word }),
    component: lazyRouteComponent(() => import('./pages/settings.tsx'), 'SettingsPage'),
  }),
] as const;

const router = createRouter({
  routeTree: root.addChildren(pages),
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultPendingComponent: LoadingPage,
  defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} retry={reset} />,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

/** Everything the builder shows, by address; each page is loaded when it is first visited. */
export function App() {
  return <RouterProvider router={router} />;
}
