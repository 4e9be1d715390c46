// Behaviours of an upstream that speaks the formats of Anthropic, Gemini and Ollama beside OpenAI's, told by path.
import { anthropic } from './anthropic_answers.mjs';
import { gemini } from './gemini_answers.mjs';
import { ollama } from './ollama_answers.mjs';
import { sendJson } from './upstream.mjs';
import { sleep } from './wait.mjs';

const kFormats = [anthropic, gemini, ollama];

/// The format of a request's path; undefined where it is OpenAI's.
function formatOf({ request }) {
    const path = request.url.split('?')[0];
    return kFormats.find((format) => format.serves(path));
}

async function sendStream({ response, seen }, format, events, pauseMs = 0) {
    response.writeHead(200, { 'content-type': format.contentType, ...format.headers });
    response.flushHeaders();
    for (const event of events) {
        if (seen.disconnected) {
            return;
        }
        response.write(format.text(event));
        if (pauseMs > 0) {
            await sleep(pauseMs);
        }
    }
    response.end();
}

function parts(exchange, format) {
    const path = exchange.request.url.split('?')[0];
    const body = exchange.seen.json;
    return { path, body, streams: format.wantsStream(path, body) };
}

async function answer(exchange, format, pauseMs) {
    const { path, body, streams } = parts(exchange, format);
    if (streams) {
        await sendStream(exchange, format, format.events(path, body), pauseMs);
    } else {
        sendJson(exchange, 200, format.whole(path, body), format.headers);
    }
}

/// `behaviour` where the path is one of ours, else what the upstream does by that name anyway.
const orOpenAi = (name, openAi, behaviour) => [
    name,
    (exchange) => {
        const format = formatOf(exchange);
        return format === undefined ? openAi[name](exchange) : behaviour(exchange, format);
    },
];

/// The behaviours; `openAi` are those of the upstream for OpenAI's paths.
export function everyProvider(openAi) {
    const errors = Object.keys(anthropic.errors).map((name) =>
        orOpenAi(name, openAi, (exchange, format) => {
            const [status, word, text] = format.errors[name];
            sendJson(exchange, status, format.error(status, word, text), format.headers);
        }),
    );
    return Object.fromEntries([
        ...errors,
        orOpenAi('default', openAi, (exchange, format) => answer(exchange, format)),
        orOpenAi('slow', openAi, (exchange, format) => answer(exchange, format, 150)),
        orOpenAi('error_in_stream', openAi, (exchange, format) => {
            const { path, body } = parts(exchange, format);
            const events = format.events(path, body).slice(0, 3);
            return sendStream(exchange, format, [...events, format.failure]);
        }),
    ]);
}
