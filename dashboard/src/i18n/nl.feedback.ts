// Dutch: what users, and programs that judge, said of answers.
export const feedback = {
  title: 'Feedback',
  good: 'Goed',
  bad: 'Slecht',
  neutral: 'Neutraal',
  unrated: 'Geen score',
  score: 'Score {{value}}',
  about: {
    call: 'deze aanroep',
    answer: 'dit antwoord',
    span: 'een stap van de run',
    trace: 'de hele run',
    session: 'de sessie',
  },
  source: {
    api: 'API',
    langfuse: 'Langfuse',
    otlp: 'OpenTelemetry',
  },
};
