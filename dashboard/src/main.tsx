import './theme/tokens.css';
import './theme/base.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { takeCode } from './api/session';
import { App } from './app/App';
import { startLanguages } from './i18n';

const code = takeCode(window.location, window.history);
if (/^\/ui\/?$/.test(window.location.pathname)) {
  void import('./features/overview/OverviewPage');
}
const root = document.querySelector('#root');

if (root !== null) {
  void startLanguages().then(() =>
    createRoot(root).render(
      <StrictMode>
        <App code={code} />
      </StrictMode>,
    ),
  );
}
