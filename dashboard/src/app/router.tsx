import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';

import { parseSearch, stringifySearch, validateSearch } from '@/view/search';

import { Crashed, NotFound } from './Fallbacks';
import { Shell } from './Shell';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: Crashed });

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('@/features/overview/OverviewPage'), 'OverviewPage'),
  validateSearch,
});

const calls = createRoute({
  getParentRoute: () => root,
  path: '/calls',
  component: lazyRouteComponent(() => import('@/features/calls/CallsPage'), 'CallsPage'),
  validateSearch,
});

const traces = createRoute({
  getParentRoute: () => root,
  path: '/traces',
  component: lazyRouteComponent(() => import('@/features/traces/TracesPage'), 'TracesPage'),
  validateSearch,
});

const sessions = createRoute({
  getParentRoute: () => root,
  path: '/sessions',
  component: lazyRouteComponent(() => import('@/features/sessions/SessionsPage'), 'SessionsPage'),
  validateSearch,
});

const performance = createRoute({
  getParentRoute: () => root,
  path: '/performance',
  component: lazyRouteComponent(() => import('@/features/performance/PerformancePage'), 'PerformancePage'),
  validateSearch,
});

const cost = createRoute({
  getParentRoute: () => root,
  path: '/cost',
  component: lazyRouteComponent(() => import('@/features/cost/CostPage'), 'CostPage'),
  validateSearch,
});

const scenarios = createRoute({
  getParentRoute: () => root,
  path: '/scenarios',
  component: lazyRouteComponent(() => import('@/features/scenarios/ScenariosPage'), 'ScenariosPage'),
  validateSearch,
});

const cases = createRoute({
  getParentRoute: () => root,
  path: '/cases',
  component: lazyRouteComponent(() => import('@/features/cases/CasesPage'), 'CasesPage'),
  validateSearch,
});

const keys = createRoute({
  getParentRoute: () => root,
  path: '/keys',
  component: lazyRouteComponent(() => import('@/features/keys/KeysPage'), 'KeysPage'),
  validateSearch,
});

const live = createRoute({
  getParentRoute: () => root,
  path: '/live',
  component: lazyRouteComponent(() => import('@/features/live/LivePage'), 'LivePage'),
  validateSearch,
});

const alerts = createRoute({
  getParentRoute: () => root,
  path: '/alerts',
  component: lazyRouteComponent(() => import('@/features/alerts/AlertsPage'), 'AlertsPage'),
  validateSearch,
});

const limits = createRoute({
  getParentRoute: () => root,
  path: '/limits',
  component: lazyRouteComponent(() => import('@/features/limits/LimitsPage'), 'LimitsPage'),
  validateSearch,
});

const prices = createRoute({
  getParentRoute: () => root,
  path: '/prices',
  component: lazyRouteComponent(() => import('@/features/prices/PricesPage'), 'PricesPage'),
  validateSearch,
});

const quality = createRoute({
  getParentRoute: () => root,
  path: '/quality',
  component: lazyRouteComponent(() => import('@/features/quality/QualityPage'), 'QualityPage'),
  validateSearch,
});

const users = createRoute({
  getParentRoute: () => root,
  path: '/users',
  component: lazyRouteComponent(() => import('@/features/users/UsersPage'), 'UsersPage'),
  validateSearch,
});

const followups = createRoute({
  getParentRoute: () => root,
  path: '/followups',
  component: lazyRouteComponent(() => import('@/features/followups/FollowUpsPage'), 'FollowUpsPage'),
  validateSearch,
});

export const router = createRouter({
  routeTree: root.addChildren([overview, live, calls, traces, sessions, performance, cost, cases, scenarios, alerts, keys, limits, prices, quality, users, followups]),
  basepath: '/ui',
  parseSearch,
  stringifySearch,
  defaultErrorComponent: Crashed,
  scrollRestoration: true,
  defaultPreload: 'intent',
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
