import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PieceDecoder } from '../../../lib/core/source/decode'
import { JsonParser, type JsonValue, parseJson } from '../../../lib/core/source/json'
import { type JsonFraming, jsonSplitter } from '../../../lib/core/source/json-stream'

const code = (text: string) => {
  const parsed = parseJson(text)
  return parsed.ok ? 'ok' : parsed.error.code
}
const value = (text: string) => {
  const parsed = parseJson(text)
  return parsed.ok ? parsed.value : parsed.error
}

describe('JSON values', () => {
  it('A-35: keep every digit: long integers as bigint, decimals as their text', () => {
    expect(value('[1,-2,0,9007199254740991,9007199254740993,9223372036854775808,0.1,1.50,1e5,0E-6176]')).toEqual([
      1,
      -2,
      0,
      9007199254740991,
      9007199254740993n,
      9223372036854775808n,
      '0.1',
      '1.50',
      '1e5',
      '0E-6176',
    ])
  })

  it('A-52: refuse a key given twice, because money is never the last that wins', () => {
    expect(code('{"cost":1,"cost":2}')).toBe('DUPLICATE_KEY')
    expect(code('{"a":{"x":1},"b":{"x":1}}')).toBe('ok')
    expect(code('{"a":1,"\\u0061":2}')).toBe('DUPLICATE_KEY')
  })

  it('A-52: refuse nesting beyond 64 levels and more than 10,000 keys, without a stack overflow', () => {
    expect(code('['.repeat(64) + ']'.repeat(64))).toBe('ok')
    expect(code('['.repeat(65) + ']'.repeat(65))).toBe('TOO_DEEP')
    expect(code('{"a":'.repeat(1_000_000))).toBe('TOO_DEEP')
    expect(code(`{${Array.from({ length: 10_001 }, (_, at) => `"k${at}":1`).join(',')}}`)).toBe('TOO_DEEP')
  })

  it('A-60: treat __proto__ and constructor as plain keys', () => {
    const parsed = value('{"__proto__":{"polluted":1},"constructor":{"prototype":2}}') as Record<string, unknown>
    expect(Object.keys(parsed)).toEqual(['__proto__', 'constructor'])
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(value('{}')).not.toHaveProperty('toString')
  })

  it('A-22: refuse NUL characters and halves of surrogate pairs', () => {
    expect(code('"a\\u0000b"')).toBe('NUL_BYTE')
    expect(code('"\\ud800"')).toBe('BAD_JSON')
    expect(value('"\\ud83d\\ude00"')).toBe('😀')
  })

  it('are those of the language for whatever it can write', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5, noUnicodeString: false }), (original) => {
        const text = JSON.stringify(original)
        if (/\\u0000|\\u[dD][89a-fA-F]/.test(text)) return
        const asText = (_key: string, inner: unknown) =>
          typeof inner === 'number' && !Number.isSafeInteger(inner) ? JSON.stringify(inner) : inner
        const mine = JSON.stringify(value(text), (_key, inner) =>
          typeof inner === 'bigint' ? inner.toString() : inner,
        )
        const theirs = JSON.parse(text, asText)
        expect(JSON.parse(mine)).toEqual(theirs)
      }),
    )
  })

  it('are refused for the same texts that the language refuses', () => {
    const alphabet = fc.constantFrom('{', '}', '[', ']', '"a"', ':', ',', '1', '-', '.', 'e', 'true', 'null', ' ', '\\')
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 12 }), (parts) => {
        const text = parts.join('')
        let valid = true
        try {
          JSON.parse(text)
        } catch {
          valid = false
        }
        const mine = code(text)
        expect(mine === 'ok' || mine === 'DUPLICATE_KEY').toBe(valid)
      }),
      { numRuns: 5_000 },
    )
  })
})

/** JSON texts of few keys in changing order, some written with escapes, some given twice, some broken. */
const record: fc.Arbitrary<string> = fc.letrec<{ text: string }>((tie) => ({
  text: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('1', '"x"', 'null', '0.10', '[]', '{}', '"a\\n"', '12345678901234567890', 'nul', '"', '"\u0001"'),
    fc.array(tie('text'), { maxLength: 3 }).map((parts) => `[${parts.join(',')}]`),
    fc
      .array(fc.tuple(fc.constantFrom('"a"', '"b"', '"\\u0061"', '"é"', '"__proto__"', ' "c" '), tie('text')), {
        maxLength: 4,
      })
      .map((pairs) => `{${pairs.map(([key, inner]) => `${key}:${inner}`).join(', ')}}`),
  ),
})).text

describe('a parser that has seen other records', () => {
  it('gives what one gives that has not', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 12 }), (texts) => {
        const used = new JsonParser('all')
        for (const text of [...texts, ...texts]) {
          expect(used.parse(text)).toEqual(new JsonParser('all').parse(text))
        }
      }),
    )
  })

  it('reads a line where it stands as it reads it cut out, and leaves faulty ones', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 12 }), (texts) => {
        const lines = texts.filter((text) => /^[\t -~]*$/.test(text))
        const text = lines.map((line) => `${line}\n`).join('')
        const bytes = new TextEncoder().encode(text)
        const used = new JsonParser('all')
        let start = 0
        for (const line of lines) {
          const part = used.parsePart(text, bytes, start, start + line.length)
          const alone = parseJson(line)
          expect(part?.value).toEqual(alone.ok ? alone.value : undefined)
          start += line.length + 1
        }
      }),
    )
  })

  it('reads a line of UTF-8 as it reads its text, all of it or what is wanted', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 12 }), fc.boolean(), (texts, sparing) => {
        const keys = sparing ? ({ a: { b: 'all' }, é: 'all' } as const) : 'all'
        const used = new JsonParser(keys)
        for (const text of texts) {
          const bytes = new TextEncoder().encode(`x${text}\n`)
          const part = used.parsePart(null, bytes, 1, bytes.length - 1)
          const alone = new JsonParser(keys).parse(text)
          expect(part?.value).toEqual(alone.ok ? alone.value : undefined)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('checks what is not wanted and leaves it out', () => {
    const pick = (inner: JsonValue): JsonValue => {
      if (typeof inner !== 'object' || inner === null) return inner
      if (Array.isArray(inner)) return inner.map(pick)
      const { a } = inner as { a?: JsonValue }
      return a === undefined ? {} : { a: pickB(a) }
    }
    const pickB = (inner: JsonValue): JsonValue => {
      if (typeof inner !== 'object' || inner === null) return inner
      if (Array.isArray(inner)) return inner.map(pickB)
      return Object.fromEntries(Object.entries(inner).filter(([key]) => key === 'b'))
    }
    fc.assert(
      fc.property(fc.array(record, { maxLength: 12 }), (texts) => {
        const sparing = new JsonParser({ a: { b: 'all' } })
        for (const text of texts) {
          const whole = parseJson(text)
          const some = sparing.parse(text)
          if (whole.ok) expect(some).toEqual({ ok: true, value: pick(whole.value) })
          else expect(some).toEqual(whole)
        }
      }),
    )
  })

  it('holds on to the keys of no table: each of a thousand records of their own keys is read', () => {
    const parser = new JsonParser('all')
    for (let at = 0; at < 1_000; at += 1) {
      const keys = Array.from({ length: 90 }, (_key, place) => `k${at}_${place}`)
      const text = `{${keys.map((key) => `"${key}":${at}`).join(',')}}`
      const parsed = parser.parse(text)
      expect(parsed.ok && Object.keys(parsed.value as object)).toEqual(keys)
      expect(parser.parse(text.replace(`"k${at}_80"`, `"k${at}_3"`)).ok).toBe(false)
    }
  })
})

function split(framing: JsonFraming, bytes: Uint8Array, cuts: readonly number[] = []) {
  const records: { text: string; fault: string | null; line: number; byteOffset: number }[] = []
  const splitter = jsonSplitter(framing, {
    record(text, fault, line, byteOffset) {
      records.push({ text: fault === null ? text : '', fault, line, byteOffset })
    },
    blank() {},
  })
  const decoder = new PieceDecoder(bytes)
  let problem: string | null = null
  const feed = (pieces: ReturnType<PieceDecoder['push']>) => {
    for (const piece of pieces) {
      const step = splitter.push(piece)
      if (!step.ok) problem ??= step.error.message
    }
  }
  let from = 0
  for (const cut of [...cuts, bytes.length]) {
    feed(decoder.push(bytes.slice(from, cut)))
    from = cut
  }
  feed(decoder.end())
  const last = splitter.end()
  if (!last.ok) problem ??= last.error.message
  return problem === null ? { records, problem } : { records: [], problem: 'refused' }
}

const utf8 = (text: string) => new TextEncoder().encode(text)
const texts = (framing: JsonFraming, text: string) =>
  split(framing, utf8(text)).records.map((record) => record.text.trim())

describe('JSON records', () => {
  it('are lines, elements, documents or elements under a key', () => {
    expect(texts({ kind: 'lines' }, '{"a":1}\n\n{"b":2}')).toEqual(['{"a":1}', '{"b":2}'])
    expect(texts({ kind: 'array' }, ' [ {"a":[1,{"x":"]"}]} ,\n 2, "b,]" ] ')).toEqual([
      '{"a":[1,{"x":"]"}]}',
      '2',
      '"b,]"',
    ])
    expect(texts({ kind: 'documents' }, '{\n"a":1\n}{"b":"}"}\n3 "x"')).toEqual([
      '{\n"a":1\n}',
      '{"b":"}"}',
      '3',
      '"x"',
    ])
    const page = '{"object":"page","meta":{"data":[9]},"data":[{"n":1},{"n":2}],"has_more":false}'
    expect(texts({ kind: 'envelope', keys: ['data'] }, `${page}\n${page}`)).toEqual([
      '{"n":1}',
      '{"n":2}',
      '{"n":1}',
      '{"n":2}',
    ])
  })

  it('are refused when the document breaks', () => {
    for (const text of ['[{"a":1},', '[{"a":1}', '[1]]', '{"data":[{"a":1}}', '[1] x']) {
      const framing: JsonFraming = text.startsWith('[') ? { kind: 'array' } : { kind: 'envelope', keys: ['data'] }
      expect(split(framing, utf8(text)).problem).toBe('refused')
    }
  })

  it('P-10: do not depend on chunk borders', () => {
    const files: [JsonFraming, string][] = [
      [{ kind: 'lines' }, '{"a":"é😀"}\r\n\n{"b":"\\""}\nbroken'],
      [{ kind: 'array' }, '\n[{"a":"é\\"]"},\n2,[3]]\n'],
      [{ kind: 'documents' }, '{"a":\n{"é":1}}\n{"b":2}'],
      [{ kind: 'envelope', keys: ['data'] }, '{"x":"data","data":[{"é":"}"},{"n":2}],"data2":[1]}'],
    ]
    for (const [framing, text] of files) {
      const bytes = utf8(text)
      const whole = split(framing, bytes)
      for (let first = 0; first <= bytes.length; first += 1) {
        for (let second = first; second <= bytes.length; second += 1) {
          expect(split(framing, bytes, [first, second])).toEqual(whole)
        }
      }
    }
  })
})
