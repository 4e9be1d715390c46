import { useTranslation } from 'react-i18next';

import { Button } from './Button';

interface Props {
  readonly onClick: () => void;
  readonly disabled?: boolean;
  readonly testid: string;
}

/** Saves what a table shows as a file. */
export function CsvButton({ onClick, disabled = false, testid }: Props) {
  const { t } = useTranslation();
  return (
    <Button
      look="quiet"
      icon="download"
      iconOnly
      aria-label={t('breakdown.csv')}
      hint={t('breakdown.csv')}
      data-hint-place="left"
      disabled={disabled}
      onClick={onClick}
      data-testid={testid}
    />
  );
}
