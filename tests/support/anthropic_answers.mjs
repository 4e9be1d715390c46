// What an Anthropic-shaped provider answers: always the same for the same request.

export const kModel = 'claude-sonnet-4-5-20250929';
export const kWords = ['The', ' sight', ' glass', ' shows', ' 流', '.'];

/// Its input_tokens leave out what was read from the cache and written to it.
export const kUsage = { fresh: 19, cached: 8, write5m: 5, write1h: 2, output: 11 };

const kHeaders = {
    'request-id': 'req_anthropic_1',
    'anthropic-organization-id': '00000000-aaaa-bbbb-cccc-000000000001',
    'anthropic-ratelimit-requests-limit': '4000',
    'anthropic-ratelimit-requests-remaining': '3999',
    'anthropic-ratelimit-requests-reset': '2099-01-01T00:00:00Z',
    'anthropic-ratelimit-tokens-limit': '480000',
    'anthropic-ratelimit-tokens-remaining': '479000',
    'anthropic-ratelimit-tokens-reset': '2099-01-01T00:00:00Z',
};

const inputUsage = {
    input_tokens: kUsage.fresh,
    cache_creation_input_tokens: kUsage.write5m + kUsage.write1h,
    cache_read_input_tokens: kUsage.cached,
    cache_creation: { ephemeral_5m_input_tokens: kUsage.write5m, ephemeral_1h_input_tokens: kUsage.write1h },
};

const toolUse = (input) => ({ type: 'tool_use', id: 'toolu_test_1', name: 'get_weather', input });

function message(body, { content, stopReason, output }) {
    return {
        id: 'msg_test_1',
        type: 'message',
        role: 'assistant',
        model: body.model === 'claude-sonnet-4-5' ? kModel : body.model,
        content,
        stop_reason: stopReason,
        stop_sequence: null,
        usage: { ...inputUsage, output_tokens: output, service_tier: 'standard' },
    };
}

const wantsTool = (body) => (body.tools ?? []).length > 0;

function whole(body) {
    const content = wantsTool(body)
        ? [toolUse({ city: 'Delft' })]
        : [{ type: 'text', text: kWords.join('') }];
    return message(body, { content, stopReason: wantsTool(body) ? 'tool_use' : 'end_turn', output: kUsage.output });
}

/// Usage twice: at the start with the first token counted, at the end with all of them.
function events(body) {
    const block = wantsTool(body) ? toolUse({}) : { type: 'text', text: '' };
    const pieces = wantsTool(body)
        ? ['{"ci', 'ty":"De', 'lft"}'].map((text) => ({ type: 'input_json_delta', partial_json: text }))
        : kWords.map((text) => ({ type: 'text_delta', text }));
    return [
        { type: 'message_start', message: message(body, { content: [], stopReason: null, output: 1 }) },
        { type: 'content_block_start', index: 0, content_block: block },
        { type: 'ping' },
        ...pieces.map((delta) => ({ type: 'content_block_delta', index: 0, delta })),
        { type: 'content_block_stop', index: 0 },
        {
            type: 'message_delta',
            delta: { stop_reason: wantsTool(body) ? 'tool_use' : 'end_turn', stop_sequence: null },
            usage: { output_tokens: kUsage.output },
        },
        { type: 'message_stop' },
    ];
}

export const anthropic = {
    contentType: 'text/event-stream; charset=utf-8',
    headers: kHeaders,
    serves: (path) => path.startsWith('/v1/messages'),
    wantsStream: (_path, body) => body.stream === true,
    whole: (path, body) => (path === '/v1/messages/count_tokens' ? { input_tokens: 34 } : whole(body)),
    events: (_path, body) => events(body),
    text: (event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`,
    error: (_status, type, text) => ({ type: 'error', error: { type, message: text }, request_id: 'req_anthropic_1' }),
    failure: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
    errors: {
        unauthorized: [401, 'authentication_error', 'invalid x-api-key'],
        not_found: [404, 'not_found_error', 'model: claude-none'],
        bad_request: [400, 'invalid_request_error', 'max_tokens: must be greater than 0'],
        rate_limited: [429, 'rate_limit_error', 'This request would exceed your rate limit.'],
        server_error: [500, 'api_error', 'Internal server error'],
        overloaded: [529, 'overloaded_error', 'Overloaded'],
    },
};
