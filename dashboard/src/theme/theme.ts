import { createTheme, localStorageColorSchemeManager } from '@mantine/core';

/** Mantine is used for behaviour (menus, dialogs, focus); tokens.css says how things look. */
export const theme = createTheme({
  fontFamily: 'var(--sg-font)',
  fontFamilyMonospace: 'var(--sg-mono)',
  primaryColor: 'teal',
  cursorType: 'pointer',
  respectReducedMotion: true,
  defaultRadius: 'md',
});

/** The same key as in scheme.js. */
export const colorSchemes = localStorageColorSchemeManager({ key: 'sightglass-color-scheme' });
