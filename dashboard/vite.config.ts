import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));

/**
 * Puts the few lines that choose dark or light before the first paint into a file of their own: a script in the page
 * itself would need a hole in the content security policy.
 */
function schemeScript(): Plugin {
  const source = readFileSync(`${root}src/theme/scheme.js`, 'utf8');
  const fileName = `assets/scheme-${createHash('sha256').update(source).digest('hex').slice(0, 8)}.js`;
  return {
    name: 'sightglass-scheme-script',
    buildStart() {
      if (this.environment.config.command === 'build') {
        this.emitFile({ type: 'asset', fileName, source });
      }
    },
    transformIndexHtml(_html, context) {
      const src = context.server ? '/src/theme/scheme.js' : `/${fileName}`;
      return [{ tag: 'script', attrs: { src }, injectTo: 'head-prepend' }];
    },
  };
}

/** Fetches the font with the page: found in the style sheet, it would wait behind the first questions to the API. */
function preloadFont(): Plugin {
  return {
    name: 'sightglass-preload-font',
    transformIndexHtml: {
      order: 'post',
      handler(_html, context) {
        const font = Object.keys(context.bundle ?? {}).find((file) => /latin-wght-normal.*\.woff2$/.test(file));
        return font === undefined
          ? []
          : [
              {
                tag: 'link',
                attrs: { rel: 'preload', as: 'font', type: 'font/woff2', href: `/${font}`, crossorigin: '' },
                injectTo: 'head',
              },
            ];
      },
    },
  };
}

/** Where `npm run dev` finds the API. */
const server = process.env.SIGHTGLASS_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root,
  plugins: [react(), schemeScript(), preloadFont()],
  resolve: { alias: { '@': `${root}src` } },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    port: 5173,
    open: '/ui/',
    proxy: {
      '/api': {
        target: server,
        changeOrigin: true,
        // The server refuses other origins, and the dev server is one.
        configure: (proxy) => proxy.on('proxyReq', (request) => request.setHeader('origin', server)),
      },
    },
  },
  test: { include: ['src/**/*.test.ts', 'src/**/*.test.tsx'], environment: 'node' },
} as Parameters<typeof defineConfig>[0]);
