// What Ollama answers: always the same for the same request.

export const kWords = ['The', ' sight', ' glass', ' shows', ' 流', '.'];
export const kUsage = { input: 19, output: 11 };

const kCreated = '2026-11-01T10:00:00.5Z';
const kCounts = {
    total_duration: 2_685_412_125,
    load_duration: 3_494_667,
    prompt_eval_count: kUsage.input,
    prompt_eval_duration: 149_512_000,
    eval_count: kUsage.output,
    eval_duration: 2_530_305_000,
};

const wantsTool = (body) => (body.tools ?? []).length > 0;
const toolCalls = [{ function: { name: 'get_weather', arguments: { city: 'Delft' } } }];

function line(path, body, text, more) {
    const head = { model: body.model, created_at: kCreated };
    if (path === '/api/generate') {
        return { ...head, response: text, ...more };
    }
    const called = wantsTool(body) && text !== '' ? { content: '', tool_calls: toolCalls } : { content: text };
    return { ...head, message: { role: 'assistant', ...called }, ...more };
}

function whole(path, body) {
    if (path === '/api/embed') {
        const { total_duration, load_duration, prompt_eval_count } = kCounts;
        return { model: body.model, embeddings: [[0.25, -0.5]], total_duration, load_duration, prompt_eval_count };
    }
    return line(path, body, kWords.join(''), { done: true, done_reason: 'stop', ...kCounts });
}

function events(path, body) {
    const words = wantsTool(body) ? ['call'] : kWords;
    return [
        ...words.map((text) => line(path, body, text, { done: false })),
        line(path, body, '', { done: true, done_reason: 'stop', ...kCounts }),
    ];
}

export const ollama = {
    contentType: 'application/x-ndjson',
    headers: {},
    serves: (path) => path.startsWith('/api/'),
    wantsStream: (path, body) => path !== '/api/embed' && body.stream !== false,
    whole,
    events,
    text: (event) => `${JSON.stringify(event)}\n`,
    error: (_status, _word, text) => ({ error: text }),
    failure: { error: 'an error was encountered while running the model: unexpected EOF' },
    errors: {
        unauthorized: [401, '', 'unauthorized'],
        not_found: [404, '', "model 'none' not found"],
        bad_request: [400, '', 'invalid option: temperature'],
        rate_limited: [429, '', 'too many requests'],
        server_error: [500, '', 'llama runner process has terminated'],
        overloaded: [503, '', 'server busy, please try again.  maximum pending requests exceeded'],
    },
};
