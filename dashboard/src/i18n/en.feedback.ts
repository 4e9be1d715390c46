// English: what users, and programs that judge, said of answers.
export const feedback = {
  title: 'Feedback',
  good: 'Good',
  bad: 'Bad',
  neutral: 'Neutral',
  unrated: 'No score',
  score: 'Score {{value}}',
  about: {
    call: 'this call',
    answer: 'this answer',
    span: 'a step of the run',
    trace: 'the whole run',
    session: 'the session',
  },
  source: {
    api: 'API',
    langfuse: 'Langfuse',
    otlp: 'OpenTelemetry',
  },
};
