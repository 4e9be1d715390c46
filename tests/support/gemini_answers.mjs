// What Google's Gemini API answers: always the same for the same request.

export const kWords = ['The', ' sight', ' glass', ' shows', ' 流', '.'];

/// promptTokenCount holds the cached ones; candidatesTokenCount leaves the thoughts out.
export const kUsage = { input: 19, cached: 8, candidates: 7, thoughts: 4 };

const usage = (candidates) => ({
    promptTokenCount: kUsage.input,
    cachedContentTokenCount: kUsage.cached,
    candidatesTokenCount: candidates,
    thoughtsTokenCount: kUsage.thoughts,
    totalTokenCount: kUsage.input + candidates + kUsage.thoughts,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: kUsage.input }],
});

const modelOf = (path) => /models\/([^:]+):/.exec(path)?.[1] ?? 'gemini';
const wantsTool = (body) => (body.tools ?? []).length > 0;

function chunk(path, parts, candidates, finishReason) {
    const candidate = { content: { parts, role: 'model' }, index: 0, ...(finishReason ? { finishReason } : {}) };
    return {
        candidates: [candidate],
        usageMetadata: usage(candidates),
        modelVersion: modelOf(path),
        responseId: 'gemini-response-1',
    };
}

const toolParts = [{ functionCall: { name: 'get_weather', args: { city: 'Delft' } } }];

function whole(path, body) {
    if (path.includes(':countTokens')) {
        return { totalTokens: kUsage.input, promptTokensDetails: [{ modality: 'TEXT', tokenCount: kUsage.input }] };
    }
    const parts = wantsTool(body) ? toolParts : [{ text: kWords.join('') }];
    return chunk(path, parts, kUsage.candidates, 'STOP');
}

/// Every chunk says how much it was until then.
function events(path, body) {
    if (wantsTool(body)) {
        return [chunk(path, toolParts, kUsage.candidates, 'STOP')];
    }
    const last = kWords.length - 1;
    return kWords.map((text, i) =>
        chunk(path, [{ text }], i === last ? kUsage.candidates : i + 1, i === last ? 'STOP' : null),
    );
}

export const gemini = {
    contentType: 'text/event-stream',
    headers: { 'server-timing': 'gfet4t7; dur=37' },
    serves: (path) => /\/models\/[^/]+:/.test(path),
    wantsStream: (path) => path.includes(':streamGenerateContent'),
    whole,
    events,
    text: (event) => `data: ${JSON.stringify(event)}\r\n\r\n`,
    error: (status, word, text) => ({ error: { code: status, message: text, status: word } }),
    failure: { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } },
    errors: {
        unauthorized: [401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.'],
        not_found: [404, 'NOT_FOUND', 'models/gemini-none is not found for API version v1beta'],
        bad_request: [400, 'INVALID_ARGUMENT', 'Invalid value at contents.'],
        rate_limited: [429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota, retry later.'],
        server_error: [500, 'INTERNAL', 'An internal error has occurred.'],
        overloaded: [503, 'UNAVAILABLE', 'The model is overloaded.'],
    },
};
