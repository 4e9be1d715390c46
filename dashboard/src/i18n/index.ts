// The three languages. English comes with the page; the others are loaded when they are chosen.
import i18next, { type TFunction } from 'i18next';
import { initReactI18next } from 'react-i18next';

import { en } from './en';

type Texts<Source> = { readonly [Key in keyof Source]: Source[Key] extends string ? string : Texts<Source[Key]> };

/** What every language has to say. */
export type Catalogue = Texts<typeof en>;

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'app';
    resources: { app: typeof en };
    returnNull: false;
  }
}

export const LANGUAGES = ['en', 'zh', 'nl'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each in its own words, so that everyone finds theirs. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', zh: '中文', nl: 'Nederlands' };

export type T = TFunction<'app'>;

const STORED = 'sightglass-language';

const catalogues: Readonly<Record<Language, () => Promise<Catalogue>>> = {
  en: () => Promise.resolve(en),
  zh: async () => (await import('./zh')).zh,
  nl: async () => (await import('./nl')).nl,
};

export const isLanguage = (text: string | null | undefined): text is Language =>
  LANGUAGES.some((language) => language === text);

function preferred(): Language {
  try {
    const stored = window.localStorage.getItem(STORED);
    if (isLanguage(stored)) {
      return stored;
    }
  } catch {
    // Storage may be forbidden; the browser's languages decide then.
  }
  return navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en';
}

/** The browser's own variant of a language, for formats: en-GB writes dates unlike en-US. */
export const localeOf = (language: Language): string =>
  navigator.languages.find((tag) => tag.toLowerCase().startsWith(language)) ??
  { en: 'en-GB', zh: 'zh-CN', nl: 'nl-NL' }[language];

async function load(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, 'app')) {
    i18next.addResourceBundle(language, 'app', await catalogues[language]());
  }
}

export async function setLanguage(language: Language): Promise<void> {
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : language;
  try {
    window.localStorage.setItem(STORED, language);
  } catch {
    // Then the choice lasts as long as the page.
  }
}

export async function startLanguages(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    defaultNS: 'app',
    ns: ['app'],
    resources: { en: { app: en } },
    interpolation: { escapeValue: false },
    returnNull: false,
    showSupportNotice: false,
  });
  const language = preferred();
  if (language !== 'en') {
    await load(language);
    await i18next.changeLanguage(language);
  }
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : language;
}
