import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { ownPricesQuery, useSetOwnPrices } from '@/api/prices';
import { Button } from '@/components/Button';
import { Panel } from '@/components/Panel';
import { Loaded } from '@/components/States';

import classes from './prices.module.css';
import { RECALCULATION_ID } from './recalculationPlace';

const EXAMPLE = `sightglass-prices 2
provider azure
discount 0.85 from 2026-07-01
provider vllm
model llama
match ^llama
price
rate call_hours 0.40`;

/** Prices and discounts of one's own, as the text that they are kept in. */
export function OwnPrices() {
  const { t } = useTranslation();
  const query = useQuery(ownPricesQuery);
  return (
    <Panel title={t('prices.own')} hint={t('prices.ownHint')} hintId="own-prices-hint">
      <Loaded query={query} height={120}>
        {(data) => (
          <Editor text={data.text} />
        )}
      </Loaded>
    </Panel>
  );
}

function Editor({ text }: { readonly text: string }) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(text);
  const save = useSetOwnPrices();
  return (
    <form
      className={classes.editor}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(draft);
      }}
    >
      <textarea
        className={classes.text}
        aria-label={t('prices.ownText')}
        aria-describedby="own-prices-hint"
        aria-invalid={save.isError}
        placeholder={EXAMPLE}
        rows={9}
        spellCheck={false}
        value={draft}
        onChange={(event) => {
          setDraft(event.target.value);
          save.reset();
        }}
        data-testid="own-prices"
      />
      <div className={classes.actions}>
        <Button type="submit" look="strong" disabled={save.isPending || draft === text} data-testid="own-prices-save">
          {t(save.isPending ? 'prices.saving' : 'prices.save')}
        </Button>
        <span role="status">
          {save.isSuccess && (
            <>
              {t('prices.saved')} <a href={`#${RECALCULATION_ID}`}>{t('prices.savedNext')}</a>
            </>
          )}
        </span>
        {save.isError && (
          <span role="alert" className={classes.error}>
            {save.error.message}
          </span>
        )}
      </div>
    </form>
  );
}
