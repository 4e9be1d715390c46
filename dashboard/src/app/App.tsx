import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useState } from 'react';

import { makeQueryClient } from '@/api/queryClient';
import { colorSchemes, theme } from '@/theme/theme';

import { router } from './router';
import { SessionGate } from './SessionGate';

/** `code` is the one-time code of a login link. */
export function App({ code }: { readonly code: string | null }) {
  const [client] = useState(makeQueryClient);
  return (
    // Variables and classes come from style sheets: the content security policy allows no style elements.
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={colorSchemes}
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={client}>
        <SessionGate code={code}>
          <RouterProvider router={router} />
        </SessionGate>
      </QueryClientProvider>
    </MantineProvider>
  );
}
