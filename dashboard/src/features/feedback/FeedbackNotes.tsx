import { useTranslation } from 'react-i18next';

import type { Feedback } from '@/api/types';
import { Icon, type IconName } from '@/components/Icon';
import { useFormat } from '@/i18n/useFormat';

import classes from './feedback.module.css';

type Verdict = 'good' | 'bad' | 'neutral' | 'unrated';

const ICONS: Readonly<Record<Verdict, IconName>> = {
  good: 'thumbUp',
  bad: 'thumbDown',
  neutral: 'minus',
  unrated: 'dots',
};

/** As satisfaction_rate counts it. */
function verdictOf(score: number | null): Verdict {
  if (score === null) {
    return 'unrated';
  }
  return score > 0 ? 'good' : score < 0 ? 'bad' : 'neutral';
}

function subjectOf(feedback: Feedback): 'call' | 'answer' | 'span' | 'trace' | 'session' {
  if (feedback.call_id !== null) {
    return 'call';
  }
  if (feedback.provider_response_id !== null) {
    return 'answer';
  }
  if (feedback.trace_id !== null) {
    return feedback.span_id === null ? 'trace' : 'span';
  }
  return 'session';
}

interface NotesProps {
  readonly all: readonly Feedback[];
  /** They stand with a run: then what each is about need not be a call of it. */
  readonly isOfRun?: boolean;
}

/** What was said, newest first: the verdict, what of, in what words, by whom. */
export function FeedbackNotes({ all, isOfRun = false }: NotesProps) {
  return (
    <ul className={classes.notes}>
      {all.map((one) => (
        <Note key={one.id} feedback={one} isOfRun={isOfRun} />
      ))}
    </ul>
  );
}

function Note({ feedback, isOfRun }: { readonly feedback: Feedback; readonly isOfRun: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const verdict = verdictOf(feedback.score);
  const subject = subjectOf(feedback);
  const isSaidOfMore = isOfRun ? subject !== 'trace' : subject === 'trace' || subject === 'session';
  return (
    <li className={classes.note}>
      <span
        className={classes.verdict}
        data-verdict={verdict}
        title={feedback.score === null ? undefined : t('feedback.score', { value: String(feedback.score) })}
      >
        <Icon name={ICONS[verdict]} size={15} />
        {t(`feedback.${verdict}`)}
      </span>
      {feedback.name !== null && <span className={classes.name}>{feedback.name}</span>}
      {feedback.label !== null && <span className={classes.label}>{feedback.label}</span>}
      {feedback.comment !== null && <q className={classes.comment}>{feedback.comment}</q>}
      <span className={classes.from}>
        {feedback.user !== null && <span>{feedback.user}</span>}
        <time dateTime={feedback.created_at}>{format.dateTime(Date.parse(feedback.created_at))}</time>
        {feedback.source !== null && <span>{t(`feedback.source.${feedback.source}`)}</span>}
        {isSaidOfMore && <span>{t(`feedback.about.${subject}`)}</span>}
      </span>
    </li>
  );
}
