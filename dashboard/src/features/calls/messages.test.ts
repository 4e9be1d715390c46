import { describe, expect, it } from 'vitest';

import { inputMessages, outputMessages, pretty } from './messages';

const brief = (messages: ReturnType<typeof inputMessages>) =>
  messages?.map(({ role, text }) => `${role}: ${text}`) ?? null;

describe('messages of a request', () => {
  it('reads chat completions, with parts and tool calls', () => {
    const messages = inputMessages(
      JSON.stringify({
        messages: [
          { role: 'system', content: 'Be brief.' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'What is this?' },
              { type: 'image_url', image_url: { url: 'data:…' } },
            ],
          },
          { role: 'assistant', content: null, tool_calls: [{ function: { name: 'look', arguments: '{"at":1}' } }] },
          { role: 'tool', content: 'A cat.' },
        ],
      }),
    );
    expect(brief(messages)).toEqual(['system: Be brief.', 'user: What is this?', 'assistant: ', 'tool: A cat.']);
    expect(messages?.[1]?.media).toEqual(['image']);
    expect(messages?.[2]?.toolCalls).toEqual([{ name: 'look', input: '{"at":1}' }]);
  });

  it('reads responses', () => {
    const input = [
      { role: 'user', content: [{ type: 'input_text', text: 'Hi' }] },
      { type: 'function_call', name: 'f', arguments: '{}' },
      { type: 'function_call_output', output: '42' },
    ];
    expect(brief(inputMessages(JSON.stringify({ instructions: 'Be kind.', input })))).toEqual([
      'system: Be kind.',
      'user: Hi',
      'assistant: ',
      'tool: 42',
    ]);
    expect(brief(inputMessages(JSON.stringify({ input: 'Just text' })))).toEqual(['user: Just text']);
  });

  it('reads other providers', () => {
    expect(
      brief(
        inputMessages(
          JSON.stringify({
            system: [{ type: 'text', text: 'S' }],
            messages: [{ role: 'user', content: [{ type: 'tool_result', content: [{ type: 'text', text: 'R' }] }] }],
          }),
        ),
      ),
    ).toEqual(['system: S', 'user: R']);
    expect(brief(inputMessages(JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'G' }] }] })))).toEqual([
      'user: G',
    ]);
  });

  it('leaves what it does not understand', () => {
    expect(inputMessages('{"messages":[{"role":"user","con')).toBeNull();
    expect(inputMessages('[1,2]')).toBeNull();
    expect(inputMessages('{}')).toBeNull();
  });
});

describe('messages of an answer', () => {
  it('takes plain text for the answer', () => {
    expect(brief(outputMessages('It works.'))).toEqual(['assistant: It works.']);
    expect(outputMessages('')).toBeNull();
    expect(brief(outputMessages('42'))).toEqual(['assistant: 42']);
  });

  it('reads whole answers', () => {
    expect(
      brief(
        outputMessages(
          JSON.stringify({
            choices: [
              { message: { role: 'assistant', content: 'A' } },
              { message: { role: 'assistant', content: 'B' } },
            ],
          }),
        ),
      ),
    ).toEqual(['assistant: A', 'assistant: B']);
    expect(
      brief(
        outputMessages(
          JSON.stringify({
            output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'C' }] }],
          }),
        ),
      ),
    ).toEqual(['assistant: C']);
    expect(
      brief(outputMessages(JSON.stringify({ role: 'assistant', content: [{ type: 'text', text: 'D' }] }))),
    ).toEqual(['assistant: D']);
  });

  it('does not force JSON that is cut off', () => {
    expect(outputMessages('{"choices":[{"mess')).toBeNull();
  });

  it('sets JSON out', () => {
    expect(pretty('{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(pretty('plain')).toBe('plain');
  });
});
