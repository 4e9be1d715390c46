// Spans as an exporter sends them, made by hand.
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';

import { recordedFile } from './places.mjs';

const attribute = (key, value) => ({
    key,
    value: typeof value === 'number' ? { intValue: value } : { stringValue: value },
});

const nanos = (ms) => `${Math.round(ms)}000000`;

/// Makes the spans of one trace.
export class SpanMaker {
    constructor({ beginMs = Date.now() - 5_000, traceId = crypto.randomBytes(16).toString('hex') } = {}) {
        this.traceId = traceId;
        this.beginMs = beginMs;
    }

    /// `parent`: a span, or null. It begins `startMs` after the run.
    span(name, parent, attributes = {}, { startMs = 0, lastsMs = 10, kind = 1, error = null } = {}) {
        return {
            traceId: this.traceId,
            spanId: crypto.randomBytes(8).toString('hex'),
            ...(parent === null ? {} : { parentSpanId: parent.spanId }),
            name,
            kind,
            startTimeUnixNano: nanos(this.beginMs + startMs),
            endTimeUnixNano: nanos(this.beginMs + startMs + lastsMs),
            attributes: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
            ...(error === null ? {} : { status: { code: 2, message: error } }),
        };
    }
}

/// An export request.
export const exported = (spans, service = 'shop') => ({
    resourceSpans: [
        {
            resource: { attributes: [attribute('service.name', service)] },
            scopeSpans: [{ scope: { name: 'test', version: '1' }, spans }],
        },
    ],
});

function post(server, body) {
    return new Promise((resolve, reject) => {
        const url = new URL('/v1/traces', `http://${server.ready.otlp_http}`);
        const headers = { 'content-type': 'application/json' };
        const request = http.request(url, { method: 'POST', headers }, (answer) => {
            answer.resume().on('end', () =>
                answer.statusCode === 200 ? resolve() : reject(new Error(`the export was answered with ${answer.statusCode}`)),
            );
        });
        request.on('error', reject);
        request.end(body);
    });
}

/// Exports spans, and waits until they are acknowledged.
export const sendSpans = (server, spans, service) => post(server, JSON.stringify(exported(spans, service)));

/// The same with a recorded export request in JSON.
export const sendCapture = (server, name) => post(server, fs.readFileSync(recordedFile(`otlp/${name}`)));
