import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { annotationsQuery, useChangeAnnotations, type Annotation } from '@/api/cases';
import { DataTable } from '@/charts/DataTable';
import { Button } from '@/components/Button';
import pageClasses from '@/components/Page.module.css';
import { Panel } from '@/components/Panel';
import { EmptyState, Loaded, Refusal } from '@/components/States';
import { useFormat } from '@/i18n/useFormat';
import { sharedSearch, useView } from '@/view/useView';

import { AnnotationForm } from './AnnotationForm';
import classes from './cases.module.css';

/** What somebody wrote down that had changed, the newest first. */
export function AnnotationList() {
  const { t } = useTranslation();
  const query = useQuery(annotationsQuery);
  const changes = useChangeAnnotations();
  const [edited, setEdited] = useState<Annotation | 'new' | null>(null);
  const items = query.data?.items ?? [];
  return (
    <Panel
      title={t('cases.list')}
      hint={t('cases.listHint')}
      testid="annotations"
      aside={
        <Button icon="plus" onClick={() => setEdited('new')} data-testid="new-annotation">
          {t('cases.new')}
        </Button>
      }
    >
      {edited !== null && (
        <AnnotationForm
          key={edited === 'new' ? '' : edited.id}
          annotation={edited === 'new' ? null : edited}
          changes={changes}
          onDone={() => setEdited(null)}
        />
      )}
      <Loaded query={query} height={160}>
        {() =>
          items.length === 0 ? (
            edited === null && <EmptyState compact title={t('cases.none')} detail={t('cases.noneHow')} />
          ) : (
            <Table items={items} changes={changes} onEdit={setEdited} />
          )
        }
      </Loaded>
      <Refusal error={changes.error} />
    </Panel>
  );
}

interface TableProps {
  readonly items: readonly Annotation[];
  readonly changes: ReturnType<typeof useChangeAnnotations>;
  readonly onEdit: (annotation: Annotation) => void;
}

function Table({ items, changes, onEdit }: TableProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  return (
    <div className={pageClasses.table}>
      <DataTable
        cards
        caption={t('cases.list')}
        texts={5}
        head={[t('cases.field.name'), t('cases.field.at'), t('cases.field.kind'), t('cases.field.filters'), t('cases.actions')]}
        rows={items.map((annotation) => ({
          key: annotation.id,
          cells: [
            <Link key="name" to="/cases" search={{ ...sharedSearch(view), key: annotation.id }} data-testid="open-case">
              {annotation.name}
            </Link>,
            format.dateTime(Date.parse(annotation.at)),
            t(`cases.kind.${annotation.kind}`),
            annotation.filters.length === 0 ? t('cases.allCalls') : annotation.filters.join(', '),
            <span key="actions" className={classes.rowActions}>
              <Button look="quiet" onClick={() => onEdit(annotation)} data-testid="edit-annotation">
                {t('cases.edit')}
              </Button>
              <Button
                look="quiet"
                disabled={changes.isPending}
                onClick={() => changes.mutate({ kind: 'remove', id: annotation.id })}
                data-testid="remove-annotation"
              >
                {t('cases.remove')}
              </Button>
            </span>,
          ],
        }))}
      />
    </div>
  );
}
