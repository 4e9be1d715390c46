import { useClipboard } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';

import { Button } from './Button';

interface Props {
  readonly text: string;
  /** Named to those who do not see where the button stands. */
  readonly what: string;
}

export function CopyButton({ text, what }: Props) {
  const { t } = useTranslation();
  const clipboard = useClipboard({ timeout: 1_500 });
  return (
    <>
      <Button
        look="quiet"
        iconOnly
        icon={clipboard.copied ? 'check' : 'copy'}
        aria-label={t('state.copy', { what })}
        onClick={() => clipboard.copy(text)}
      />
      <span className="sr-only" role="status">
        {clipboard.copied ? t('state.copied') : ''}
      </span>
    </>
  );
}
