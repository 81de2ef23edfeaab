import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CsvSplitter, type Delimiter, MAX_ROW_CHARS } from '../../../lib/core/source/csv'
import { PieceDecoder } from '../../../lib/core/source/decode'

type Row = { cells: readonly string[] | null; fault: string | null; line: number; byteOffset: number; text: string }

function split(bytes: Uint8Array, cuts: readonly number[] = [], delimiter: Delimiter = ',') {
  const rows: Row[] = []
  let blanks = 0
  const splitter = new CsvSplitter(delimiter, {
    row(cells, fault, line, byteOffset, buffer, start, end) {
      // What stands for unreadable bytes may depend on the chunk; the row's place and fault may not.
      rows.push({ cells, fault, line, byteOffset, text: fault === 'invalid_text' ? '' : buffer.slice(start, end) })
    },
    blank() {
      blanks += 1
    },
  })
  const decoder = new PieceDecoder(bytes.subarray(0, 4))
  let problem: string | null = null
  const feed = (pieces: ReturnType<PieceDecoder['push']>) => {
    for (const piece of pieces) {
      if (problem !== null) return
      const step = splitter.push(piece)
      if (!step.ok) problem = `${step.error.code}: ${step.error.message.replace(/\(.*\)/, '')}`
    }
  }
  let from = 0
  for (const cut of [...cuts, bytes.length]) {
    feed(decoder.push(bytes.slice(from, cut)))
    from = cut
  }
  feed(decoder.end())
  if (problem === null) {
    const last = splitter.end()
    if (!last.ok) problem = `${last.error.code}: ${last.error.message.replace(/\(.*\)/, '')}`
  }
  return { rows: problem === null ? rows : [], blanks: problem === null ? blanks : 0, problem }
}

const utf8 = (text: string) => new TextEncoder().encode(text)
const cellsOf = (text: string, delimiter: Delimiter = ',') =>
  split(utf8(text), [], delimiter).rows.map((row) => row.cells)

describe('CSV rows', () => {
  it('A-23: end with LF, CRLF or CR, mixed, with or without a last line end', () => {
    for (const text of ['a,b\nc,d\n', 'a,b\r\nc,d\r\n', 'a,b\rc,d\r', 'a,b\r\nc,d', 'a,b\rc,d\n', 'a,b\nc,d\r']) {
      expect(cellsOf(text)).toEqual([
        ['a', 'b'],
        ['c', 'd'],
      ])
    }
  })

  it('A-24: hold delimiters, line ends and doubled quotes inside quotes', () => {
    expect(cellsOf('"a,1","b\r\nc","d""e",f\r\n1,2,3,4\n')).toEqual([
      ['a,1', 'b\r\nc', 'd"e', 'f'],
      ['1', '2', '3', '4'],
    ])
  })

  it('A-24: keep a quote in the middle of an unquoted field as a character', () => {
    expect(cellsOf('5" disk,b"c\n"x""y",""\n')).toEqual([
      ['5" disk', 'b"c'],
      ['x"y', ''],
    ])
  })

  it('A-23: keep U+2028 inside a field and split no characters', () => {
    expect(cellsOf('a\u2028b,é😀\n')).toEqual([['a\u2028b', 'é😀']])
  })

  it('carry the line and byte where they begin', () => {
    const { rows } = split(utf8('é,"x\ny"\n\nz,1\n'))
    expect(rows.map(({ line, byteOffset }) => ({ line, byteOffset }))).toEqual([
      { line: 1, byteOffset: 0 },
      { line: 4, byteOffset: 10 },
    ])
  })

  it('A-24: are refused as a whole at an unclosed quote, naming the line it opens on', () => {
    expect(split(utf8('a,b\n1,2\n3,"4\n5,6\n7,8\n')).problem).toContain(
      'UNCLOSED_QUOTE: A quoted value begins on line 3',
    )
    expect(split(utf8('a,b\n1,"2\n3,"4"\n')).problem).toContain('line 2')
  })

  it('A-29: that are too large are skipped to the next line end, however they arrive', () => {
    const large = new Uint8Array(MAX_ROW_CHARS + 2).fill(0x78)
    const bytes = new Uint8Array([...utf8('a,b\n')].length + large.length + 5)
    bytes.set(utf8('a,b\n'))
    bytes.set(large, 4)
    bytes.set(utf8('\n1,2\n'), 4 + large.length)
    const expected = [
      { fault: null, line: 1, byteOffset: 0 },
      { fault: 'too_large', line: 2, byteOffset: 4 },
      { fault: null, line: 3, byteOffset: 5 + large.length },
    ]
    const cuts = Array.from({ length: Math.floor(bytes.length / 300_000) }, (_, at) => (at + 1) * 300_000)
    for (const how of [[], cuts]) {
      const { rows } = split(bytes, how)
      expect(rows.map(({ fault, line, byteOffset }) => ({ fault, line, byteOffset }))).toEqual(expected)
    }
  })

  it('A-21: with broken UTF-8 are marked alone', () => {
    const bytes = new Uint8Array([...utf8('a,b\n1,'), 0xc3, 0x28, ...utf8('\né,2\n')])
    const { rows } = split(bytes)
    expect(rows.map((row) => row.fault)).toEqual([null, 'invalid_text', null])
    expect(rows[2]).toMatchObject({ cells: ['é', '2'], line: 3, byteOffset: 9 })
  })
})

describe('P-10: chunk borders do not matter', () => {
  const SAMPLES = [
    'a,b\r\n"x,""y""\r\nz",é😀\r\n\r\n1,2',
    'a\rb,c\r\rd,"e\rf"\r',
    '"unclosed\nrow,2\n',
    '\ufeffid,na"me\n1,"2\n3"\n',
  ].map(utf8)
  SAMPLES.push(
    new Uint8Array([...utf8('a,b\nx'), 0xe2, 0x82, ...utf8(',1\n€,'), 0xff, ...utf8('"q\n'), 0xf0, 0x9f, 0x98]),
  )
  SAMPLES.push(new Uint8Array([0xff, 0xfe, ...[...'a,"b\r\nc"\n1,é\r\n'].flatMap((c) => [c.charCodeAt(0), 0])]))

  it('for every split in two and in three of files with every difficulty', () => {
    for (const bytes of SAMPLES) {
      const whole = split(bytes)
      for (let first = 0; first <= bytes.length; first += 1) {
        for (let second = first; second <= bytes.length; second += 1) {
          expect(split(bytes, [first, second])).toEqual(whole)
        }
      }
      expect(split(bytes, Array.from(bytes.keys()))).toEqual(whole)
    }
  })

  it('for characters of several bytes in a line that is longer than what the decoder waits for', () => {
    const bytes = utf8(`a,b\n${'€😀é'.repeat(15_000)},1\n`)
    const whole = split(bytes)
    expect(whole.rows.map((row) => row.fault)).toEqual([null, null])
    for (const size of [1_021, 32_771, 65_537, 65_538, 65_539, 65_540]) {
      const cuts = Array.from({ length: Math.floor((bytes.length - 1) / size) }, (_, at) => (at + 1) * size)
      expect(split(bytes, cuts)).toEqual(whole)
    }
  })

  it('for random bytes of the alphabet that matters, cut anywhere', () => {
    const alphabet = fc.constantFrom(0x61, 0x2c, 0x22, 0x0a, 0x0d, 0xc3, 0xa9, 0x00, 0x3b)
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 60 }), fc.array(fc.nat(60), { maxLength: 8 }), (values, cuts) => {
        const bytes = new Uint8Array(values)
        const sorted = cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b)
        expect(split(bytes, sorted)).toEqual(split(bytes))
      }),
      { numRuns: 3_000 },
    )
  })

  it('and a written table is read back as it was', () => {
    const text = fc.string({ unit: 'binary' }).filter((cell) => !cell.includes('\0') && !/[\ud800-\udfff]/.test(cell))
    fc.assert(
      fc.property(fc.array(fc.array(text, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 }), (table) => {
        const written = table.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\r\n')
        const { rows } = split(utf8(`${written}\n`))

        expect(rows.map((row) => row.cells)).toEqual(table)
      }),
    )
  })
})
