import { useTranslation } from 'react-i18next';

import { isLanguage, localeOf, type Language } from '.';
import { makeFormat, type Format } from './format';

const made = new Map<Language, Format>();

/** One for each language: to make it is costly, and every cell of a table asks for it. */
function formatOf(language: Language): Format {
  const known = made.get(language);
  if (known !== undefined) {
    return known;
  }
  const format = makeFormat(localeOf(language));
  made.set(language, format);
  return format;
}

/** Formats of the language that is shown. */
export function useFormat(): Format {
  const { i18n } = useTranslation();
  return formatOf(isLanguage(i18n.language) ? i18n.language : 'en');
}
