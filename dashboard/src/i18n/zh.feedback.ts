// Chinese: what users, and programs that judge, said of answers.
export const feedback = {
  title: '反馈',
  good: '好评',
  bad: '差评',
  neutral: '中立',
  unrated: '未评分',
  score: '评分 {{value}}',
  about: {
    call: '针对本次调用',
    answer: '针对本次回答',
    span: '针对运行中的一步',
    trace: '针对整个运行',
    session: '针对会话',
  },
  source: {
    api: 'API',
    langfuse: 'Langfuse',
    otlp: 'OpenTelemetry',
  },
};
