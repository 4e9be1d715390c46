import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { channelKindsQuery, useMakeChannel } from '@/api/alerts';
import { Button } from '@/components/Button';
import form from '@/components/Form.module.css';
import pageClasses from '@/components/Page.module.css';
import { Refusal } from '@/components/States';

/** A channel of a kind that the server knows, with the settings that it says the kind has. Secrets are not shown again. */
export function NewChannel({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const kinds = useQuery(channelKindsQuery).data?.items ?? [];
  const make = useMakeChannel();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState('webhook');
  const [settings, setSettings] = useState<Readonly<Record<string, string>>>({});
  const kind = kinds.find((one) => one.kind === chosen);
  return (
    <form
      className={form.form}
      aria-label={t('alerts.newChannel')}
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        if (kind !== undefined) {
          const said = Object.entries(settings).filter(([key, value]) => value.trim() !== '' && kind.settings.some((one) => one.name === key));
          make.mutate({ name: name.trim(), kind: kind.kind, settings: Object.fromEntries(said) }, { onSuccess: onClose });
        }
      }}
      data-testid="channel-form"
    >
      <div className={form.fields}>
        <label className={form.label}>
          <span>{t('alerts.column.name')}</span>
          <input className={form.field} value={name} required maxLength={100} onChange={(event) => setName(event.target.value)} data-testid="channel-name" />
        </label>
        <label className={form.label}>
          <span>{t('alerts.column.sort')}</span>
          <select className={form.field} value={chosen} onChange={(event) => setChosen(event.target.value)} data-testid="channel-kind">
            {kinds.map((one) => (
              <option key={one.kind} value={one.kind}>
                {one.title}
              </option>
            ))}
          </select>
        </label>
        {kind?.settings.map((setting) => (
          <label key={setting.name} className={form.label} title={setting.what}>
            <span>{setting.required ? `${setting.name} *` : setting.name}</span>
            <input
              className={form.field}
              type={setting.secret ? 'password' : 'text'}
              autoComplete={setting.secret ? 'new-password' : 'off'}
              value={settings[setting.name] ?? ''}
              required={setting.required}
              placeholder={setting.what}
              onChange={(event) => setSettings({ ...settings, [setting.name]: event.target.value })}
              data-testid={`channel-${setting.name}`}
            />
          </label>
        ))}
      </div>
      <p className={pageClasses.quiet}>{t('alerts.secretsHint')}</p>
      <div className={pageClasses.actions}>
        <Button type="submit" look="strong" disabled={make.isPending || kind === undefined} data-testid="save-channel">
          {t('alerts.save')}
        </Button>
        <Button look="quiet" onClick={onClose}>
          {t('alerts.cancel')}
        </Button>
        <Refusal error={make.error} />
      </div>
    </form>
  );
}
