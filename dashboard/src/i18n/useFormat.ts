import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { isLanguage, localeOf } from '.';
import { makeFormat, type Format } from './format';

/** Formats of the language that is shown. */
export function useFormat(): Format {
  const { i18n } = useTranslation();
  const { language } = i18n;
  return useMemo(() => makeFormat(isLanguage(language) ? localeOf(language) : 'en-GB'), [language]);
}
