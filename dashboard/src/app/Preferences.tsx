import { useMantineColorScheme } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '@/components/Button';
import { Choices } from '@/components/Choices';
import { Dropdown } from '@/components/Dropdown';
import { isLanguage, LANGUAGE_NAMES, LANGUAGES, setLanguage } from '@/i18n';

export function LanguageMenu() {
  const { t, i18n } = useTranslation();
  const [opened, setOpened] = useState(false);
  const current = isLanguage(i18n.language) ? i18n.language : 'en';
  return (
    <Dropdown
      label={t('nav.language')}
      opened={opened}
      onOpened={setOpened}
      position="top-start"
      trigger={(props) => (
        <Button
          look="quiet"
          icon="language"
          iconOnly
          aria-label={`${t('nav.language')}: ${LANGUAGE_NAMES[current]}`}
          data-testid="language-menu"
          {...props}
        />
      )}
    >
      <Choices
        choices={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value], lang: value }))}
        current={current}
        testid="language"
        onChoose={(language) => {
          setOpened(false);
          void setLanguage(language);
        }}
      />
    </Dropdown>
  );
}

const SCHEMES = [
  { value: 'auto', icon: 'system', name: 'nav.schemeAuto' },
  { value: 'light', icon: 'sun', name: 'nav.schemeLight' },
  { value: 'dark', icon: 'moon', name: 'nav.schemeDark' },
] as const;

export function SchemeMenu() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [opened, setOpened] = useState(false);
  const current = SCHEMES.find((scheme) => scheme.value === colorScheme) ?? SCHEMES[0];
  return (
    <Dropdown
      label={t('nav.scheme')}
      opened={opened}
      onOpened={setOpened}
      position="top-start"
      trigger={(props) => (
        <Button
          look="quiet"
          icon={current.icon}
          iconOnly
          aria-label={`${t('nav.scheme')}: ${t(current.name)}`}
          data-testid="scheme-menu"
          {...props}
        />
      )}
    >
      <Choices
        choices={SCHEMES.map(({ value, icon, name }) => ({ value, icon, label: t(name) }))}
        current={current.value}
        testid="scheme"
        onChoose={(scheme) => {
          setOpened(false);
          setColorScheme(scheme);
        }}
      />
    </Dropdown>
  );
}
