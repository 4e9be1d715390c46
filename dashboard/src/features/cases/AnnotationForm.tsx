import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Annotation, AnnotationKind, useChangeAnnotations } from '@/api/cases';
import { Button } from '@/components/Button';
import form from '@/components/Form.module.css';
import pageClasses from '@/components/Page.module.css';

import { toField } from './times';

const KINDS = ['deploy', 'model_switch', 'price_change', 'prompt_change', 'configuration', 'incident', 'other'] as const satisfies readonly AnnotationKind[];

interface Props {
  readonly annotation: Annotation | null;
  readonly changes: ReturnType<typeof useChangeAnnotations>;
  readonly onDone: () => void;
}

/** What changed, when, and which calls it is about. */
export function AnnotationForm({ annotation, changes, onDone }: Props) {
  const { t } = useTranslation();
  const [fields, setFields] = useState(() => ({
    name: annotation?.name ?? '',
    at: toField(annotation === null ? Date.now() : Date.parse(annotation.at)),
    kind: annotation?.kind ?? 'deploy',
    filters: (annotation?.filters ?? []).join('\n'),
    text: annotation?.text ?? '',
  }));
  const set = (name: keyof typeof fields, value: string) => setFields({ ...fields, [name]: value });
  const when = Date.parse(fields.at);
  const submit = () => {
    const wish = {
      name: fields.name.trim(),
      at: new Date(when).toISOString(),
      kind: fields.kind,
      text: fields.text.trim(),
      filters: fields.filters.split('\n').map((line) => line.trim()).filter((line) => line !== ''),
    };
    changes.mutate(annotation === null ? { kind: 'make', annotation: wish } : { kind: 'change', id: annotation.id, annotation: wish }, { onSuccess: onDone });
  };
  return (
    <form
      className={form.form}
      aria-label={t(annotation === null ? 'cases.new' : 'cases.edit')}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className={form.fields}>
        <label className={form.label}>
          <span>{t('cases.field.name')}</span>
          <input className={form.field} value={fields.name} maxLength={120} required onChange={(event) => set('name', event.target.value)} data-testid="annotation-name" />
        </label>
        <label className={form.label}>
          <span>{t('cases.field.at')}</span>
          <input className={form.field} type="datetime-local" required value={fields.at} onChange={(event) => set('at', event.target.value)} data-testid="annotation-at" />
        </label>
        <label className={form.label}>
          <span>{t('cases.field.kind')}</span>
          <select className={form.field} value={fields.kind} onChange={(event) => set('kind', event.target.value)} data-testid="annotation-kind">
            {KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {t(`cases.kind.${kind}`)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <label className={form.label}>
        <span>{t('cases.filterLines')}</span>
        <textarea className={form.field} rows={2} value={fields.filters} onChange={(event) => set('filters', event.target.value)} data-testid="annotation-filters" />
      </label>
      <label className={form.label}>
        <span>{t('cases.field.text')}</span>
        <textarea className={form.field} rows={3} maxLength={4_000} value={fields.text} onChange={(event) => set('text', event.target.value)} data-testid="annotation-text" />
      </label>
      <div className={pageClasses.actions}>
        <Button type="submit" look="strong" disabled={changes.isPending || fields.name.trim() === '' || Number.isNaN(when)} data-testid="save-annotation">
          {t('cases.save')}
        </Button>
        <Button look="quiet" onClick={onDone}>
          {t('cases.cancel')}
        </Button>
      </div>
    </form>
  );
}
