// What was said, from the request's body and the answer as providers write them. Content that is cut off or of an unknown
// shape is not forced into messages: null says that it is shown as it is.

export interface ToolCall {
  readonly name: string;
  readonly input: string;
}

export interface Message {
  readonly role: string;
  readonly text: string;
  /** Parts that are no text: "image", "audio", "file". */
  readonly media: readonly string[];
  readonly toolCalls: readonly ToolCall[];
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const asText = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value, null, 2);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

interface Draft {
  text: string[];
  media: string[];
  toolCalls: ToolCall[];
}

function addPart(draft: Draft, part: unknown): void {
  if (typeof part === 'string') {
    draft.text.push(part);
    return;
  }
  if (!isObject(part)) {
    return;
  }
  const type = typeof part.type === 'string' ? part.type : '';
  if (typeof part.text === 'string') {
    draft.text.push(part.text);
  } else if (type === 'tool_use' || type === 'function_call') {
    draft.toolCalls.push({ name: asText(part.name), input: asText(part.input ?? part.arguments) });
  } else if (type === 'tool_result' || type === 'function_call_output') {
    addContent(draft, part.content ?? part.output);
  } else if (typeof part.refusal === 'string') {
    draft.text.push(part.refusal);
  } else {
    const media = ['image', 'audio', 'file'].find((name) => type.includes(name));
    if (media !== undefined) {
      draft.media.push(media);
    }
  }
}

function addContent(draft: Draft, content: unknown): void {
  if (typeof content === 'string') {
    draft.text.push(content);
  } else if (Array.isArray(content)) {
    content.forEach((part) => addPart(draft, part));
  } else if (isObject(content)) {
    addPart(draft, content);
  }
}

function toMessage(role: string, content: unknown, toolCalls: readonly unknown[] = []): Message {
  const draft: Draft = { text: [], media: [], toolCalls: [] };
  addContent(draft, content);
  for (const call of toolCalls) {
    const called = isObject(call) && isObject(call.function) ? call.function : null;
    if (called !== null) {
      draft.toolCalls.push({ name: asText(called.name), input: asText(called.arguments) });
    }
  }
  return { role, text: draft.text.join('\n\n'), media: draft.media, toolCalls: draft.toolCalls };
}

function oneMessage(item: unknown, fallbackRole: string): Message | null {
  if (typeof item === 'string') {
    return toMessage(fallbackRole, item);
  }
  if (!isObject(item)) {
    return null;
  }
  if (item.type === 'function_call') {
    return toMessage('assistant', [item]);
  }
  if (item.type === 'function_call_output') {
    return toMessage('tool', [item]);
  }
  const role = typeof item.role === 'string' ? item.role : fallbackRole;
  return toMessage(role, item.content ?? item.parts, list(item.tool_calls));
}

const isSaid = (message: Message | null): message is Message =>
  message !== null && (message.text !== '' || message.media.length > 0 || message.toolCalls.length > 0);

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Messages of a request; null where it holds none that are understood. */
export function inputMessages(input: string): Message[] | null {
  const body = parse(input);
  if (!isObject(body)) {
    return null;
  }
  const system =
    body.instructions ?? body.system ?? (isObject(body.systemInstruction) ? body.systemInstruction.parts : undefined);
  const said = body.messages ?? body.contents ?? body.input ?? body.prompt;
  const messages = [
    system === undefined ? null : toMessage('system', system),
    ...(Array.isArray(said) ? said.map((item) => oneMessage(item, 'user')) : [oneMessage(said, 'user')]),
  ].filter(isSaid);
  return messages.length > 0 ? messages : null;
}

/** Messages of an answer. Text that is not JSON is the answer itself. */
export function outputMessages(output: string): Message[] | null {
  if (output === '') {
    return null;
  }
  const body = parse(output);
  if (body === undefined || typeof body === 'string') {
    return /^\s*[{[]/.test(output) ? null : [toMessage('assistant', output)];
  }
  if (Array.isArray(body)) {
    const items = body.map((item) => oneMessage(item, 'assistant')).filter(isSaid);
    return items.length > 0 ? items : null;
  }
  if (!isObject(body)) {
    return [toMessage('assistant', output)];
  }
  const choices = list(body.choices).map((choice) => (isObject(choice) ? (choice.message ?? choice.text) : undefined));
  const candidates = list(body.candidates).map((candidate) => (isObject(candidate) ? candidate.content : undefined));
  const items = [
    ...choices,
    ...candidates,
    ...list(body.output),
    ...(body.content === undefined && body.tool_calls === undefined ? [] : [body]),
  ];
  const messages = items.map((item) => oneMessage(item, 'assistant')).filter(isSaid);
  return messages.length > 0 ? messages : null;
}

/** JSON set out to be read; other text as it is. */
export function pretty(text: string): string {
  const value = parse(text);
  return value === undefined || typeof value === 'string' ? text : JSON.stringify(value, null, 2);
}
