import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { claudeCodeJsonl } from '../../../lib/core/source/dialects/claude-code-jsonl'
import { openJson } from '../../../lib/core/source/json-source'
import { LineSieve } from '../../../lib/core/source/line-sieve'
import type { SourceReader } from '../../../lib/core/source/reader'

const { marks: _marks, ...plainForm } = claudeCodeJsonl
const NOW = Date.UTC(2026, 8, 1)

interface Reading {
  readonly tokens: readonly string[]
  readonly rejects: readonly string[]
  readonly lines: number
}

/** What a log is read as, in chunks of a size; with the sieve, or by a dialect that asks for every line. */
function read(bytes: Uint8Array, size: number, isSifted: boolean): Reading {
  const dialect = isSifted ? claudeCodeJsonl : plainForm
  const opening = { dialect, generation: 'session', framing: { kind: 'lines' as const }, path: [] }
  const opened = openJson(bytes.subarray(0, 100), opening, { host: null, timeZone: null, nowMs: NOW })
  if (!opened.ok) throw new Error(opened.error.message)
  const reader = opened.value as SourceReader
  const tokens: string[] = []
  const rejects: string[] = []
  const take = (step: ReturnType<SourceReader['push']> | ReturnType<SourceReader['end']>) => {
    if (!step.ok) throw new Error(step.error.message)
    for (const { line, byteOffset, result } of step.value) {
      if (!result.ok) rejects.push(`${line} ${byteOffset} ${result.error.code}`)
      else
        tokens.push(
          ...result.value.map(({ identity, model, quantities: { output } }) => `${identity.parts} ${model} ${output}`),
        )
    }
  }
  for (let at = 0; at < bytes.length; at += size) take(reader.push(bytes.slice(at, at + size)))
  take(reader.end())
  return { tokens, rejects, lines: reader.counters.rows + reader.counters.notRows }
}

const text = fc.constantFrom('plain', 'naïve “usage”', '\\"usage\\"', '😀', 'a\\nb', 'x'.repeat(300))
const quiet = fc
  .tuple(text, fc.constantFrom('', ' ', '\r'))
  .map(([said, end]) => `{"type":"user","sessionId":"s","message":{"role":"user","content":"${said}"}}${end}`)
const answer = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 999 }), text)
  .map(
    ([id, output, said]) =>
      `{"type":"assistant","sessionId":"s","timestamp":"2026-08-01T00:00:0${id}Z","message":{"id":"msg_${id}","model":"claude-sonnet-4-5-20250929","content":[{"type":"text","text":"${said}"}],"usage":{"input_tokens":1,"output_tokens":${output}}}}`,
  )
/** Cut short, or of another kind. */
const damaged = fc.constantFrom(
  '{"type":"user","message":{"content":"half of a li',
  '{"type":"assistant","message":{"id":"msg_9","usage":{"input_tokens":1,"output_to',
  '[1]',
  '"text"',
  '}{',
  '',
  '{"type":"result"}',
)
const log = fc.array(fc.oneof(quiet, answer, damaged), { maxLength: 14 })

describe('the sieve of a session log', () => {
  it('leaves out nothing that would be read or refused, however the bytes come', () => {
    fc.assert(
      fc.property(log, fc.integer({ min: 1, max: 400 }), fc.boolean(), (lines, size, isEnded) => {
        const bytes = new TextEncoder().encode(`${lines.join('\n')}${isEnded ? '\n' : ''}`)
        expect(read(bytes, size, true)).toEqual(read(bytes, size, false))
      }),
      { numRuns: 300 },
    )
  })

  it('counts what it leaves out, and tells whole lines from parts of one', () => {
    const sieve = new LineSieve(['"usage"'])
    const bytes = new TextEncoder().encode('{"a":1}\n{"usage":1}\n{"b":2}\n{"c"')
    expect(sieve.runs(bytes)).toEqual([
      { quietLines: 1, start: 8, end: 20, whole: true },
      { quietLines: 1, start: 28, end: 28, whole: true },
      { quietLines: 0, start: 28, end: 32, whole: false },
    ])
    expect(sieve.runs(new TextEncoder().encode(':3}\n{"d":4}\n'))).toEqual([
      { quietLines: 0, start: 0, end: 4, whole: false },
      { quietLines: 1, start: 12, end: 12, whole: true },
    ])
  })
})
