// An application with one of the instrumentations that people use, unmodified: asks a model twice, once streamed, and
// exports its spans (and log records) to OTEL_EXPORTER_OTLP_ENDPOINT.
//
// SENDER_AGENT puts an agent's span around it.
//
//   node run.cjs opentelemetry|traceloop|openinference|vercel|langfuse http/protobuf|http/json|grpc
const [kind, protocol] = process.argv.slice(2);
const endpoint = process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
const baseURL = process.env.OPENAI_BASE_URL;

const { context, trace } = require('@opentelemetry/api');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { resourceFromAttributes } = require('@opentelemetry/resources');
const { BatchLogRecordProcessor, LoggerProvider } = require('@opentelemetry/sdk-logs');
const { BatchSpanProcessor, NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');

function exporter() {
    if (protocol === 'grpc') {
        const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-grpc');
        return new OTLPTraceExporter({ url: endpoint });
    }
    const name = protocol === 'http/json' ? 'http' : 'proto';
    const { OTLPTraceExporter } = require(`@opentelemetry/exporter-trace-otlp-${name}`);
    return new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, compression: 'gzip' });
}

function spanProcessor() {
    if (kind === 'langfuse') {
        const { LangfuseSpanProcessor } = require('@langfuse/otel');
        return new LangfuseSpanProcessor({ publicKey: 'pk-lf-1', secretKey: process.env.LANGFUSE_SECRET_KEY, baseUrl: endpoint });
    }
    return new BatchSpanProcessor(exporter());
}

const resource = resourceFromAttributes({ 'service.name': `app-${kind}` });
const tracing = new NodeTracerProvider({ resource, spanProcessors: [spanProcessor()] });
tracing.register();
const logging = new LoggerProvider({ resource, processors: logProcessors() });

function logProcessors() {
    if (kind !== 'opentelemetry' || protocol === 'grpc') {
        return [];
    }
    const { OTLPLogExporter } = require('@opentelemetry/exporter-logs-otlp-proto');
    return [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter({ url: `${endpoint}/v1/logs` }) })];
}

function instrument() {
    const options = {
        opentelemetry: ['@opentelemetry/instrumentation-openai', { captureMessageContent: true }],
        traceloop: ['@traceloop/instrumentation-openai', { traceContent: true, enrichTokens: false }],
        openinference: ['@arizeai/openinference-instrumentation-openai', {}],
    }[kind];
    if (options === undefined) {
        return null;
    }
    const { OpenAIInstrumentation } = require(options[0]);
    const made = new OpenAIInstrumentation(options[1]);
    made.setTracerProvider(tracing);
    made.setLoggerProvider?.(logging);
    registerInstrumentations({ instrumentations: [made], tracerProvider: tracing, loggerProvider: logging });
    return made;
}

const made = instrument();
const kModel = 'gpt-4o-mini';
const messages = [{ role: 'user', content: 'Which way does the wind blow?' }];

async function askOpenAi() {
    const OpenAI = require('openai');
    const client = new OpenAI({ apiKey: 'sk-test', baseURL });
    await client.chat.completions.create({ model: kModel, messages, temperature: 0.5 });
    const streamed = { model: kModel, messages, stream: true, stream_options: { include_usage: true } };
    for await (const _ of await client.chat.completions.create(streamed)) {
        // Read to its end.
    }
}

async function inOpenInferenceContext(work) {
    const { setSession, setUser } = require('@arizeai/openinference-core');
    const around = setUser(setSession(context.active(), { sessionId: 'session-9' }), { userId: 'ada' });
    return context.with(around, work);
}

async function askVercel() {
    const { createOpenAI } = require('@ai-sdk/openai');
    const { generateText, streamText } = require('ai');
    const model = createOpenAI({ apiKey: 'sk-test', baseURL }).chat(kModel);
    const metadata = { userId: 'ada', sessionId: 'session-9', plan: 'gold' };
    const experimental_telemetry = { isEnabled: true, functionId: 'weather', metadata };
    await generateText({ model, messages, experimental_telemetry, maxRetries: 0 });
    await streamText({ model, messages, experimental_telemetry, maxRetries: 0 }).consumeStream();
}

async function askLangfuse() {
    const { propagateAttributes, startActiveObservation, startObservation } = require('@langfuse/tracing');
    await propagateAttributes({ userId: 'ada', sessionId: 'session-9', tags: ['gold'] }, () =>
        startActiveObservation('answer', async (root) => {
            root.update({ input: messages });
            for (let i = 0; i < 2; i += 1) {
                const one = startObservation('ask', { model: kModel, input: messages }, { asType: 'generation' });
                const usageDetails = { input: 3, input_cached_tokens: 8, output: 5, output_reasoning_tokens: 2, total: 18 };
                one.update({ output: { role: 'assistant', content: 'From the west.' }, usageDetails }).end();
            }
        }),
    );
}

/// The application's own agent, around all that it asks.
async function inAgent(work) {
    const attributes = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'forecaster' };
    return trace.getTracer('app').startActiveSpan('invoke_agent forecaster', { attributes }, async (span) => {
        await work();
        span.end();
    });
}

async function ask() {
    if (kind === 'vercel') {
        await askVercel();
    } else if (kind === 'langfuse') {
        await askLangfuse();
    } else if (kind === 'openinference') {
        made.manuallyInstrument?.(require('openai'));
        await inOpenInferenceContext(askOpenAi);
    } else {
        await askOpenAi();
    }
}

async function main() {
    await (process.env.SENDER_AGENT ? inAgent(ask) : ask());
    await tracing.forceFlush();
    await logging.forceFlush();
    await tracing.shutdown();
    await logging.shutdown();
}

main().catch((error) => {
    console.error(error);
    process.exit(1);
});
