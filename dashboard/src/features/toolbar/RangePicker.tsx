import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '@/components/Button';
import { Dropdown } from '@/components/Dropdown';
import { Icon } from '@/components/Icon';
import { useFormat } from '@/i18n/useFormat';
import { absolute, presetOf, PRESETS, resolve, type Range } from '@/view/range';
import { useChangeView, useView } from '@/view/useView';

import { CustomRange } from './CustomRange';
import classes from './RangePicker.module.css';

export function RangePicker() {
  const { t } = useTranslation();
  const format = useFormat();
  const { range } = useView();
  const change = useChangeView();
  const [opened, setOpened] = useState(false);
  const preset = presetOf(range);

  const pick = (picked: Range) => {
    setOpened(false);
    change({ range: picked });
  };
  const shift = (direction: -1 | 1) => {
    const now = Date.now();
    const span = resolve(range, now);
    const by = (span.to - span.from) * direction;
    pick(
      span.to + by >= now
        ? { from: absolute(now - (span.to - span.from), now).from, to: 'now' }
        : absolute(span.from + by, span.to + by),
    );
  };
  const name = preset === null ? spanName(range, format.span, t('range.toNow')) : t(`range.${preset}`);

  return (
    <div className={classes.picker}>
      <Button
        icon="chevronLeft"
        iconOnly
        className={classes.step}
        aria-label={t('range.back')}
        onClick={() => shift(-1)}
      />
      <Dropdown
        label={t('range.label')}
        opened={opened}
        onOpened={setOpened}
        position="bottom-end"
        trigger={(props) => (
          <Button
            icon="clock"
            iconRight="chevronDown"
            className={classes.button}
            aria-label={`${t('range.label')}: ${name}`}
            data-testid="range-picker"
            {...props}
          >
            {name}
          </Button>
        )}
      >
        <div className={classes.dropdown}>
          <ul className={classes.presets}>
            {PRESETS.map((offered) => (
              <li key={offered}>
                <button
                  type="button"
                  className={classes.preset}
                  aria-current={offered === preset}
                  onClick={() => pick({ from: offered, to: 'now' })}
                  data-testid={`range${offered}`}
                >
                  {t(`range.${offered}`)}
                  {offered === preset && <Icon name="check" size={14} />}
                </button>
              </li>
            ))}
          </ul>
          <CustomRange range={range} onApply={pick} />
        </div>
      </Dropdown>
      <Button
        icon="chevronRight"
        iconOnly
        className={classes.step}
        aria-label={t('range.forward')}
        disabled={range.to === 'now'}
        onClick={() => shift(1)}
      />
    </div>
  );
}

function spanName(range: Range, span: (from: number, to: number) => string, toNow: string): string {
  const { from, to } = resolve(range, Date.now());
  return range.to === 'now' ? `${span(from, from)} ${toNow}` : span(from, to);
}
