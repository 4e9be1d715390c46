import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';

import { CallsPage } from '@/features/calls/CallsPage';
import { OverviewPage } from '@/features/overview/OverviewPage';
import { parseSearch, stringifySearch, validateSearch } from '@/view/search';

import { Crashed, NotFound } from './Fallbacks';
import { Shell } from './Shell';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: Crashed });

const overview = createRoute({ getParentRoute: () => root, path: '/', component: OverviewPage, validateSearch });
const calls = createRoute({ getParentRoute: () => root, path: '/calls', component: CallsPage, validateSearch });

export const router = createRouter({
  routeTree: root.addChildren([overview, calls]),
  basepath: '/ui',
  parseSearch,
  stringifySearch,
  defaultErrorComponent: Crashed,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
