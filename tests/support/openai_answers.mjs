// What an OpenAI-shaped provider answers: always the same for the same request, so that an answer through the gateway
// can be compared with one without it. Token counts can be asked for with the header `x-test-tokens: input,output`.

/// Usage of an ordinary chat answer.
export const kUsage = { input: 19, cached: 8, output: 11, reasoning: 4 };

const kCreated = 1_760_000_000;
const kWords = ['The', ' sight', ' glass', ' shows', ' the', ' flow', ', ', 'naïve', ' 流', '.'];

export const kText = kWords.join('');

export const kAnswerHeaders = {
    'x-request-id': 'req_test_0001',
    'openai-organization': 'org-test',
    'openai-version': '2020-10-01',
    'openai-processing-ms': '37',
    'x-ratelimit-limit-requests': '10000',
    'x-ratelimit-remaining-requests': '9999',
    'x-ratelimit-reset-requests': '6ms',
    'x-ratelimit-limit-tokens': '2000000',
    'x-ratelimit-remaining-tokens': '1999000',
    'x-ratelimit-reset-tokens': '1m30s',
};

const dated = (model) => (model === 'gpt-4o-mini' ? 'gpt-4o-mini-2024-07-18' : model);

function asked(request) {
    const [input, output] = (request.headers['x-test-tokens'] ?? '').split(',').filter(Boolean).map(Number);
    return input === undefined
        ? kUsage
        : { input, cached: 0, output: output ?? 0, reasoning: 0 };
}

function chatUsage({ input, cached, output, reasoning }) {
    return {
        prompt_tokens: input,
        completion_tokens: output,
        total_tokens: input + output,
        prompt_tokens_details: { cached_tokens: cached, audio_tokens: 0 },
        completion_tokens_details: {
            reasoning_tokens: reasoning,
            audio_tokens: 0,
            accepted_prediction_tokens: 0,
            rejected_prediction_tokens: 0,
        },
    };
}

const kToolCall = {
    id: 'call_weather_1',
    type: 'function',
    function: { name: 'get_weather', arguments: '{"city":"Delft"}' },
};

function chat(body, usage) {
    const wantsTool = (body.tools ?? []).length > 0;
    const message = wantsTool
        ? { role: 'assistant', content: null, tool_calls: [kToolCall], refusal: null }
        : { role: 'assistant', content: kText, refusal: null };
    return {
        id: 'chatcmpl-test-1',
        object: 'chat.completion',
        created: kCreated,
        model: dated(body.model),
        choices: [{ index: 0, message, logprobs: null, finish_reason: wantsTool ? 'tool_calls' : 'stop' }],
        usage: chatUsage(usage),
        service_tier: 'default',
        system_fingerprint: 'fp_test',
    };
}

function chatEvents(body, usage) {
    const wantsTool = (body.tools ?? []).length > 0;
    const chunk = (choices, more = {}) => ({
        id: 'chatcmpl-test-2',
        object: 'chat.completion.chunk',
        created: kCreated,
        model: dated(body.model),
        service_tier: 'default',
        system_fingerprint: 'fp_test',
        choices,
        ...more,
    });
    const delta = (content, finish = null) => [{ index: 0, delta: content, logprobs: null, finish_reason: finish }];
    const withUsage = body.stream_options?.include_usage === true;
    const rest = withUsage ? { usage: null } : {};
    const parts = wantsTool ? toolDeltas() : kWords.map((content) => ({ content }));
    return [
        chunk(delta({ role: 'assistant', content: wantsTool ? null : '', refusal: null }), rest),
        ...parts.map((part) => chunk(delta(part), rest)),
        chunk(delta({}, wantsTool ? 'tool_calls' : 'stop'), rest),
        ...(withUsage ? [chunk([], { usage: chatUsage(usage) })] : []),
        '[DONE]',
    ];
}

function toolDeltas() {
    const head = { ...kToolCall, index: 0, function: { name: 'get_weather', arguments: '' } };
    const pieces = ['{"ci', 'ty":"De', 'lft"}'];
    return [
        { tool_calls: [head] },
        ...pieces.map((text) => ({ tool_calls: [{ index: 0, function: { arguments: text } }] })),
    ];
}

function response(body, usage, status = 'completed') {
    return {
        id: 'resp_test_1',
        object: 'response',
        created_at: kCreated,
        status,
        background: false,
        error: null,
        incomplete_details: null,
        instructions: body.instructions ?? null,
        max_output_tokens: body.max_output_tokens ?? null,
        model: dated(body.model),
        output: status === 'completed' ? [outputMessage('completed', kText)] : [],
        parallel_tool_calls: true,
        previous_response_id: null,
        reasoning: { effort: null, summary: null },
        service_tier: 'default',
        store: true,
        temperature: 1,
        text: { format: { type: 'text' } },
        tool_choice: 'auto',
        tools: body.tools ?? [],
        top_p: 1,
        truncation: 'disabled',
        usage:
            status === 'completed'
                ? {
                      input_tokens: usage.input,
                      input_tokens_details: { cached_tokens: usage.cached },
                      output_tokens: usage.output,
                      output_tokens_details: { reasoning_tokens: usage.reasoning },
                      total_tokens: usage.input + usage.output,
                  }
                : null,
        user: null,
        metadata: body.metadata ?? {},
    };
}

const outputMessage = (status, text) => ({
    id: 'msg_test_1',
    type: 'message',
    status,
    role: 'assistant',
    content: text === '' ? [] : [{ type: 'output_text', annotations: [], logprobs: [], text }],
});

function responseEvents(body, usage) {
    const at = { item_id: 'msg_test_1', output_index: 0, content_index: 0 };
    const part = (text) => ({ type: 'output_text', annotations: [], logprobs: [], text });
    const events = [
        { type: 'response.created', response: response(body, usage, 'in_progress') },
        { type: 'response.in_progress', response: response(body, usage, 'in_progress') },
        { type: 'response.output_item.added', output_index: 0, item: outputMessage('in_progress', '') },
        { type: 'response.content_part.added', ...at, part: part('') },
        ...kWords.map((delta) => ({ type: 'response.output_text.delta', ...at, delta, logprobs: [] })),
        { type: 'response.output_text.done', ...at, text: kText, logprobs: [] },
        { type: 'response.content_part.done', ...at, part: part(kText) },
        { type: 'response.output_item.done', output_index: 0, item: outputMessage('completed', kText) },
        { type: 'response.completed', response: response(body, usage) },
    ];
    return events.map((event, i) => ({ ...event, sequence_number: i }));
}

function completion(body, usage) {
    return {
        id: 'cmpl-test-1',
        object: 'text_completion',
        created: kCreated,
        model: body.model,
        choices: [{ text: kText, index: 0, logprobs: null, finish_reason: 'stop' }],
        usage: { prompt_tokens: usage.input, completion_tokens: usage.output, total_tokens: usage.input + usage.output },
    };
}

function embeddings(body, usage) {
    const inputs = [body.input].flat();
    const vector = Float32Array.from([0.25, -0.5, 0.125, 1]);
    const encoded =
        body.encoding_format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : Array.from(vector);
    return {
        object: 'list',
        data: inputs.map((_, index) => ({ object: 'embedding', index, embedding: encoded })),
        model: body.model,
        usage: { prompt_tokens: usage.input, total_tokens: usage.input },
    };
}

const kModels = {
    object: 'list',
    data: ['gpt-4o-mini', 'gpt-4.1', 'text-embedding-3-small'].map((id) => ({
        id,
        object: 'model',
        created: kCreated,
        owned_by: 'system',
    })),
};

const notFound = (request) => ({
    status: 404,
    headers: kAnswerHeaders,
    body: {
        error: {
            message: `Invalid URL (${request.method} ${request.url})`,
            type: 'invalid_request_error',
            param: null,
            code: null,
        },
    },
});

/// {status, headers, body} or, for a stream, {status, headers, events}.
export function answerFor(request, bytes) {
    const path = request.url.replace(/\?.*$/, '');
    const headers = kAnswerHeaders;
    if (path === '/v1/models') {
        return { status: 200, headers, body: kModels };
    }
    let body = {};
    try {
        body = JSON.parse(bytes.toString('utf8'));
    } catch {
        const message = 'We could not parse the JSON body of your request.';
        const error = { message, type: 'invalid_request_error', param: null, code: null };
        return { status: 400, headers, body: { error } };
    }
    const usage = asked(request);
    const makers = {
        '/v1/chat/completions': [chat, chatEvents],
        '/v1/responses': [response, responseEvents],
        '/v1/completions': [completion, null],
        '/v1/embeddings': [embeddings, null],
    };
    if (makers[path] === undefined) {
        return notFound(request);
    }
    const [whole, events] = makers[path];
    return body.stream === true && events !== null
        ? { status: 200, headers, events: events(body, usage) }
        : { status: 200, headers, body: whole(body, usage) };
}
