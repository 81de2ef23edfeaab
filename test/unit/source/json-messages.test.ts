import { describe, expect, it } from 'vitest'
import { readAll } from './reading'

const image = 'A'.repeat(1_048_577)
const chat = (content: string, model = 'gpt-5') =>
  `{"id":"chatcmpl-Bx7kQ2","object":"chat.completion","created":1788170000,"model":"${model}",` +
  `"choices":[{"message":{"content":"${content}"}}],"usage":{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12}}`
const codex = (output: string) =>
  [
    '{"timestamp":"2026-08-31T10:00:00Z","type":"session_meta","payload":{"id":"s-1","timestamp":"2026-08-31T10:00:00Z"}}',
    `{"timestamp":"2026-08-31T10:00:01Z","type":"response_item","payload":{"type":"function_call_output","output":"${output}"}}`,
    '{"timestamp":"2026-08-31T10:00:09Z","type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":{"input_tokens":7,"output_tokens":5}}}}',
  ].join('\n')
const geminiCli = (content: string) =>
  `{"sessionId":"s-1","messages":[{"id":"m-1","type":"user","content":"${content}"},` +
  '{"id":"m-2","type":"gemini","timestamp":"2026-08-31T10:00:00Z","model":"gemini-3-flash",' +
  '"tokens":{"input":7,"output":5,"cached":0,"thoughts":0,"tool":0,"total":12}}]}'
const span = (said: string) =>
  '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"t","spanId":"s","startTimeUnixNano":"1788170000000000000","attributes":' +
  `[{"key":"gen_ai.input.messages","value":{"stringValue":"${said}"}},{"key":"gen_ai.request.model","value":{"stringValue":"gpt-5"}},` +
  '{"key":"gen_ai.usage.input_tokens","value":{"intValue":"7"}},{"key":"gen_ai.usage.output_tokens","value":{"intValue":"5"}}]}]}]}]}'
const painted =
  `{"created":1788170000,"data":[{"b64_json":"${image}"}],"model":"gpt-image-1",` +
  '"usage":{"total_tokens":12,"input_tokens":7,"output_tokens":5,"input_tokens_details":{"text_tokens":7,"image_tokens":0}}}'

describe('messages that no text may hold', () => {
  it.each([
    ['a NUL', '\\u0000'],
    ['half of a character', 'cut \\ud83d'],
    ['a path with backslashes', 'C:\\Users'],
  ])('cost no call and no file: %s', (_what, said) => {
    for (const file of [chat(said), codex(said), geminiCli(said), span(said)]) {
      const { records, rejects, problem } = readAll(file)
      expect(problem).toBeNull()
      expect(rejects).toEqual([])
      expect(records.map(({ quantities }) => [quantities.input, quantities.output])).toEqual([[7n, 5n]])
    }
  })

  it('are images of a megabyte, too, given to a model or painted by it', () => {
    for (const [file, calls] of [
      [`${chat('hi')}\n${chat(image)}\n${painted}\n`, 3],
      [codex(image), 1],
    ] as const) {
      const { records, rejects } = readAll(file)
      expect([records.length, rejects]).toEqual([calls, []])
    }
  })

  it('A-22, A-52: names and anything else are refused as before', () => {
    const codes = (line: string) => readAll(`${chat('hi')}\n${line}\n`).rejects.map(({ code }) => code)
    expect(codes(chat('hi', 'gpt\\u0000'))).toEqual(['NUL_BYTE'])
    expect(codes(chat('\\u0000', 'gpt\\u0000'))).toEqual(['NUL_BYTE'])
    expect(codes(chat('hi').replace('{', `{"note":"${image}",`))).toEqual(['TOO_DEEP'])
    expect(codes(chat('said "so" to him'))).toEqual(['BAD_JSON'])
  })
})
