// OTLP export requests in protobuf, made by hand, and the connection that sends them.
import http from 'node:http';

/// A varint; `number` may have up to 53 bits.
function varint(number) {
    const bytes = [];
    let rest = number;
    while (rest > 127) {
        bytes.push((rest % 128) | 128);
        rest = Math.floor(rest / 128);
    }
    bytes.push(rest);
    return Buffer.from(bytes);
}

/// A length-delimited field.
export function bytesField(number, bytes) {
    const content = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
    return Buffer.concat([varint(number * 8 + 2), varint(content.length), content]);
}

export const numberField = (number, value) => Buffer.concat([varint(number * 8), varint(value)]);

function fixed64Field(number, value) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(value);
    return Buffer.concat([varint(number * 8 + 1), bytes]);
}

/// A KeyValue in field 9 of a span: a text or a whole number.
export function attributeField(key, value) {
    const any = typeof value === 'number' ? numberField(3, value) : bytesField(1, value);
    return bytesField(9, Buffer.concat([bytesField(1, key), bytesField(2, any)]));
}

/// A chat span. `ids`: {trace: 16 bytes, span: 8 bytes}; times in ms since 1970.
export function spanMessage(ids, startMs, endMs, attributes) {
    return Buffer.concat([
        bytesField(1, ids.trace),
        bytesField(2, ids.span),
        bytesField(5, 'chat gpt-4o-mini'),
        numberField(6, 3),
        fixed64Field(7, BigInt(startMs) * 1_000_000n),
        fixed64Field(8, BigInt(endMs) * 1_000_000n),
        attributeField('gen_ai.operation.name', 'chat'),
        attributeField('gen_ai.provider.name', 'openai'),
        attributeField('gen_ai.request.model', 'gpt-4o-mini'),
        ...Object.entries(attributes).map(([key, value]) => attributeField(key, value)),
    ]);
}

/// An export request of these spans, all of one scope of the service `shop`.
export function tracesRequest(spans) {
    const service = Buffer.concat([bytesField(1, 'service.name'), bytesField(2, bytesField(1, 'shop'))]);
    const scope = bytesField(1, bytesField(1, 'test'));
    return bytesField(
        1,
        Buffer.concat([
            bytesField(1, bytesField(1, service)),
            bytesField(2, Buffer.concat([scope, ...spans.map((span) => bytesField(2, span))])),
        ]),
    );
}

/// One request to the receiver; {status, headers, body}.
export function postOtlp(origin, path, body, headers = {}, agent = undefined) {
    return new Promise((resolve, reject) => {
        const request = http.request(new URL(path, origin), { method: 'POST', headers, agent }, (answer) => {
            const pieces = [];
            answer.on('data', (piece) => pieces.push(piece));
            answer.on('error', reject);
            answer.on('end', () =>
                resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(pieces) }),
            );
        });
        request.on('error', reject);
        request.end(body);
    });
}
