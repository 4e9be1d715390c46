// An application that scores its own answers with Langfuse's SDKs, unmodified. Tells on standard output what it scored.
//
//   node scores.cjs client      @langfuse/client beside @langfuse/otel
//   node scores.cjs legacy      langfuse 3, which sends scores alone
const [kind] = process.argv.slice(2);
const { LANGFUSE_BASE_URL: baseUrl, LANGFUSE_SECRET_KEY: secretKey } = process.env;
const publicKey = 'pk-lf-1';

async function withClient() {
    const { LangfuseClient } = require('@langfuse/client');
    const { LangfuseSpanProcessor } = require('@langfuse/otel');
    const { propagateAttributes, startActiveObservation, startObservation } = require('@langfuse/tracing');
    const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');
    const processor = new LangfuseSpanProcessor({ publicKey, secretKey, baseUrl });
    const tracing = new NodeTracerProvider({ spanProcessors: [processor] });
    tracing.register();
    const langfuse = new LangfuseClient({ publicKey, secretKey, baseUrl });
    const told = {};
    await propagateAttributes({ userId: 'ada', sessionId: 'session-9' }, () =>
        startActiveObservation('answer', async (root) => {
            const usageDetails = { input: 3, output: 5 };
            const ask = (model) => startObservation('ask', { model, usageDetails }, { asType: 'generation' });
            const first = ask('model-1');
            first.end();
            await new Promise((resolve) => setTimeout(resolve, 20));
            ask('model-2').end();
            langfuse.score.observation(first, { id: 'score-1', name: 'quality', value: 0.9, comment: 'to the point' });
            langfuse.score.trace(root, { id: 'score-2', name: 'helpful', value: 0, dataType: 'BOOLEAN' });
            langfuse.score.activeTrace({ id: 'score-3', name: 'tone', value: 'too formal', dataType: 'CATEGORICAL' });
            told.traceId = root.otelSpan.spanContext().traceId;
            told.spanId = first.otelSpan.spanContext().spanId;
        }),
    );
    await tracing.forceFlush();
    langfuse.score.create({ id: 'score-4', sessionId: 'session-9', name: 'solved', value: 1, dataType: 'BOOLEAN' });
    langfuse.score.create({ id: 'score-4', sessionId: 'session-9', name: 'solved', value: 1, dataType: 'BOOLEAN' });
    await langfuse.flush();
    const { id } = await langfuse.api.legacy.scoreV1.create({ traceId: told.traceId, name: 'direct', value: -1 });
    told.directId = id;
    await langfuse.shutdown();
    await tracing.shutdown();
    return told;
}

async function withLegacy() {
    const { Langfuse } = require('langfuse');
    const langfuse = new Langfuse({ publicKey, secretKey, baseUrl, flushAt: 1 });
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    langfuse.score({ id: 'old-1', traceId, name: 'user-feedback', value: 1, comment: 'thanks' });
    langfuse.score({ id: 'old-2', traceId, observationId: 'b7ad6b7169203331', name: 'grade', value: 'bad' });
    await langfuse.shutdownAsync();
    return { traceId };
}

(kind === 'legacy' ? withLegacy() : withClient()).then(
    (told) => console.log(JSON.stringify(told)),
    (error) => {
        console.error(error);
        process.exit(1);
    },
);
