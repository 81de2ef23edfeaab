import { describe, expect, it } from 'vitest'
import { withColumn } from '../../../../lib/core/source/mapping/choose-column'
import { dateStylesOf, readTime } from '../../../../lib/core/source/mapping/date-style'
import { guessMapping } from '../../../../lib/core/source/mapping/guess'
import { numberStyleOf, plainNumber } from '../../../../lib/core/source/mapping/number-style'
import { type MappingSpec, openQuestions } from '../../../../lib/core/source/mapping/spec'
import { sampleTable } from '../../../../lib/core/source/mapping/table'
import { readAll } from '../reading'

const utf8 = (text: string) => new TextEncoder().encode(text)
const NO_CHOICE = { delimiter: null, encoding: null }

function guessed(bytes: Uint8Array, given: MappingSpec | null = null) {
  const table = sampleTable(bytes, true, NO_CHOICE)
  if (!table.ok) throw new Error(table.error.message)
  const guess = guessMapping(table.value, given)
  const codes = openQuestions(guess.spec, guess.dates?.needsZone === true).map(({ code, field }) => `${code} ${field}`)
  return { table: table.value, ...guess, codes }
}

const read = (bytes: Uint8Array, spec: MappingSpec) => readAll(bytes, { mapping: { id: 'm', name: 'Ours', spec } })

describe('numbers of a column (A-26)', () => {
  it.each([
    [['1,234.56', '7'], 'point'],
    [['1.234,56', '7,5'], 'comma'],
    [['1 234,56'], 'comma'],
    [['1\u202f234,56'], 'comma'],
    [["1'234.56"], 'point'],
    [['0.123', '4.567'], 'point'],
    [['0,123'], 'comma'],
    [['12', '400'], 'point'],
    [['1,234', '5.5'], 'point'],
  ] as const)('%j are written with a %s', (values, style) => {
    expect(numberStyleOf(values, false)).toEqual({ kind: 'decided', style })
  })

  it('are never guessed where both readings make sense', () => {
    expect(numberStyleOf(['1,234', '12,500'], false)).toEqual({ kind: 'open' })
    expect(numberStyleOf(['1.000', '2.000'], true)).toEqual({ kind: 'open' })
    // A count has no fraction: 1.234 can only be one thousand and more.
    expect(numberStyleOf(['1.234'], true)).toEqual({ kind: 'decided', style: 'comma' })
  })

  it('become plain decimal text, and nothing else does', () => {
    expect(plainNumber('-1.234.567,80', 'comma')).toBe('-1234567.80')
    expect(plainNumber('1,23,4', 'point')).toBeNull()
    expect(plainNumber('12.34.5', 'point')).toBeNull()
    expect(plainNumber('abc', 'point')).toBeNull()
  })
})

describe('times of a column (A-40)', () => {
  it('with a day above twelve decide the order for all', () => {
    expect(dateStylesOf(['03/04/2026', '13/04/2026']).decided).toBe('dmy')
    expect(dateStylesOf(['03/04/2026', '04/13/2026 2:05 PM']).decided).toBe('mdy')
    expect(dateStylesOf(['2026/04/03 10:00']).decided).toBe('ymd')
    expect(dateStylesOf(['3 Apr 2026', 'Apr 4, 2026']).decided).toBe('named')
    expect(dateStylesOf(['46300', '46300.5']).decided).toBe('serial')
    expect(dateStylesOf(['2026-04-03T10:00:00Z', '1790000000'])).toMatchObject({ decided: 'iso', needsZone: false })
  })

  it('that could be two days are left open', () => {
    expect(dateStylesOf(['03/04/2026', '05/06/2026'])).toMatchObject({ decided: null, fits: ['dmy', 'mdy'] })
    expect(dateStylesOf(['05.10.2026']).decided).toBeNull()
    expect(dateStylesOf(['04/04/2026']).decided).toBe('dmy')
  })

  it('are instants of their zone, and impossible ones are none', () => {
    const at = (text: string, style: 'dmy' | 'mdy' | 'serial', zone: string | null) => readTime(text, style, zone)
    expect(at('03/04/2026 12:00', 'dmy', 'Europe/Berlin')).toMatchObject({ ms: Date.UTC(2026, 3, 3, 10) })
    expect(at('03/04/2026 12:00 AM', 'mdy', 'UTC')).toMatchObject({ ms: Date.UTC(2026, 2, 4) })
    expect(at('46300.5', 'serial', null)).toMatchObject({ ms: Date.UTC(2026, 9, 5, 12) })
    expect(at('30.02.2026', 'dmy', null)).toMatchObject({ ok: false, why: 'impossible' })
    expect(at('29.03.2026 02:30', 'dmy', 'Europe/Berlin')).toMatchObject({ ok: false, why: 'gap' })
  })
})

const GERMAN = utf8(
  [
    'Zeitpunkt der Abfrage;Modell;Eingabe-Tokens;davon Cached;Ausgabe-Tokens;Kosten (EUR);Team',
    '03.04.2026 12:00;gpt-5-mini;1.200;1.000;80;0,0012;Suche',
    '13.04.2026 12:00;gpt-5-mini;12.500;10.000;1.800;1.234,5;Suche',
  ].join('\r\n'),
)

describe('a first mapping', () => {
  it('finds columns, delimiter, decimals and the order of dates, and asks for what is open', () => {
    const { spec, table, codes } = guessed(
      utf8('when,model,prompt_tokens,cached_tokens,completion_tokens,cost\n03/04/2026,gpt-5,"1,200",200,80,0.5\n'),
    )
    expect(table.delimiter).toBe(',')
    expect(spec.columns).toEqual({ time: 0, model: 1, input: 2, cache_read: 3, output: 4, reported_cost: 5 })
    expect(codes).toEqual(['DATE_ORDER time', 'INPUT_INCLUDES_CACHE input'])
    expect(spec.numbers.input).toBe('point')
  })

  it('finds the columns of a table in German, whose token has two plurals', () => {
    const { spec } = guessed(
      utf8(
        'Zeitpunkt;Modell;Anbieter;Abteilung;Schlüssel;Eingabe-Token;davon gecacht;Ausgabe-Token;Kosten (EUR)\r\n' +
          '01.10.2026 08:15:00;gpt-5;openai;Vertrieb;key-0;1.234;1.024;200;0,123\r\n',
      ),
    )
    expect(spec.columns).toEqual({
      time: 0,
      model: 1,
      host: 2,
      project: 3,
      api_key: 4,
      input: 5,
      cache_read: 6,
      output: 7,
      reported_cost: 8,
    })
    expect(spec.currency).toBe('EUR')
  })

  it('takes the currency of a cost that a person chose from its column, and never keeps the one before', () => {
    const table = utf8(
      'ts,model,input_tokens,output_tokens,betrag netto (chf),total price\n1790000000,m,10,3,"0.5",€2\n',
    )
    const { spec } = guessed(table)
    const columns = spec.header.map((name, place) => ({ place, name, examples: place === 5 ? ['€2'] : ['0.5'] }))
    for (const [place, currency] of [
      [4, 'CHF'],
      [5, 'EUR'],
      [2, 'USD'],
    ] as const) {
      const chosen = withColumn(spec, 'reported_cost', place, columns)
      expect([chosen.columns.reported_cost, chosen.currency]).toEqual([place, currency])
      expect(guessed(table, chosen).spec.currency).toBe(currency)
    }
    const own = [...columns, { place: 6, name: 'currency', examples: ['GBP'] }]
    expect(withColumn(spec, 'reported_cost', 2, own).currency).toBe('GBP')
    expect(withColumn({ ...spec, currency: 'GBP' }, 'project', 2, columns).currency).toBe('GBP')
  })

  it('A-41: gives a day of a zone its 23 to 25 hours, one after the other without a gap', () => {
    const days = ['28.03.2026', '29.03.2026', '30.03.2026', '24.10.2026 00:00', '25.10.2026 00:00', '26.10.2026 00:00']
    const table = utf8(['day;model;input;output', ...days.map((day) => `${day};gpt-5;1;2`), ''].join('\n'))
    const spec: MappingSpec = { ...guessed(table).spec, row: 'day', time_zone: 'Europe/Berlin' }
    const hours = read(table, spec).records.map(({ startMs, endMs }) => [
      new Date(startMs).toISOString().slice(0, 13),
      ((endMs ?? 0) - startMs) / 3_600_000,
    ])
    expect(hours).toEqual([
      ['2026-03-27T23', 24],
      ['2026-03-28T23', 23],
      ['2026-03-29T22', 24],
      ['2026-10-23T22', 24],
      ['2026-10-24T22', 25],
      ['2026-10-25T23', 24],
    ])
  })

  it('A-41: marks the hour that the clock of its zone showed twice, and takes the first', () => {
    const table = (time: string) => utf8(`when;model;input;output\n${time};gpt-5;1;2\n26.10.2026 02:30;gpt-5;1;2\n`)
    const at = (time: string) =>
      read(table(time), { ...guessed(table(time)).spec, row: 'call', dates: 'dmy', time_zone: 'Europe/Berlin' })
    expect(at('25.10.2026 02:30').records[0]?.startMs).toBe(Date.UTC(2026, 9, 25, 0, 30))
    expect(at('25.10.2026 02:30').note).toBe('TIME_TWICE')
    expect(at('25.10.2026 03:30').note).toBe('MAPPING_USED')
  })

  it('keeps a month in its month, whatever the zone of the file', () => {
    const table = utf8('month;model;input;output\n01.09.2026;gpt-5;1;2\n01.10.2026;gpt-5;1;2\n')
    for (const zone of ['UTC', 'Europe/Berlin', 'Asia/Tokyo', 'America/New_York']) {
      const spec: MappingSpec = { ...guessed(table).spec, row: 'month', dates: 'dmy', time_zone: zone }
      expect(read(table, spec).records.map(({ startMs, endMs }) => [startMs, endMs])).toEqual([
        [Date.UTC(2026, 8, 1), Date.UTC(2026, 9, 1)],
        [Date.UTC(2026, 9, 1), Date.UTC(2026, 10, 1)],
      ])
    }
  })

  it('knows that input leaves the cache out where more was cached than put in', () => {
    const { spec } = guessed(utf8('ts,model,input_tokens,cache_read_tokens,output_tokens\n1790000000,m,10,50,3\n'))
    expect(spec.input_includes_cache).toBe(false)
    expect(spec.time_zone).toBe('UTC')
  })

  it('reads JSON by paths, in lines, lists and documents', () => {
    const call = {
      at: '2026-09-01T00:00:00Z',
      llm: { model: 'gpt-5', vendor: 'openai' },
      n: { tokens_in: 10, tokens_out: 4 },
    }
    for (const text of [
      JSON.stringify(call),
      JSON.stringify([call]),
      JSON.stringify({ took: 3, hits: [call] }, null, 1),
    ]) {
      const { spec } = guessed(utf8(text))
      const full = {
        ...spec,
        columns: { ...spec.columns, time: spec.header.indexOf('at'), host: spec.header.indexOf('llm.vendor') },
      }
      const { records } = read(utf8(text), {
        ...full,
        dates: 'iso',
        time_zone: 'UTC',
        numbers: { input: 'point', output: 'point' },
      })
      expect(records).toMatchObject([
        { host: 'openai', model: 'gpt-5', startMs: Date.UTC(2026, 8, 1), quantities: { input: 10n, output: 4n } },
      ])
    }
  })

  it('sees Windows-1252 where the bytes are no UTF-8', () => {
    const bytes = Uint8Array.from([
      ...utf8('ts,model,user,input_tokens,output_tokens\n1790000000,m,Ren'),
      0xe9,
      ...utf8(',1,2\n'),
    ])
    const { spec } = guessed(bytes)
    expect(spec.encoding).toBe('windows-1252')
    expect(read(bytes, spec).records[0]?.user).toBe('René')
  })
})

describe('a mapped file', () => {
  const { spec } = guessed(GERMAN)
  const decided: MappingSpec = {
    ...spec,
    columns: { time: 0, model: 1, input: 2, cache_read: 3, output: 4, reported_cost: 5, project: 6 },
    numbers: { input: 'comma', cache_read: 'comma', output: 'comma', reported_cost: 'comma' },
    dates: 'dmy',
    time_zone: 'Europe/Berlin',
    row: 'call',
    input_includes_cache: true,
    currency: 'EUR',
    host: 'openai',
  }

  it('gives the records that were decided', () => {
    const { records, note, format } = read(GERMAN, decided)
    expect([format, note]).toEqual(['mapped-csv', 'MAPPING_USED'])
    expect(records).toMatchObject([
      {
        startMs: Date.UTC(2026, 3, 3, 10),
        host: 'openai',
        project: 'Suche',
        quantities: { input: 200n, cacheRead: 1000n, output: 80n },
        reportedCost: { amount: '0.0012', currency: 'EUR' },
      },
      { quantities: { input: 2500n, cacheRead: 10_000n, output: 1800n }, reportedCost: { amount: '1234.5' } },
    ])
  })

  it('counts input beside the cache when it was decided so', () => {
    const [first] = read(GERMAN, { ...decided, input_includes_cache: false }).records
    expect(first?.quantities).toMatchObject({ input: 1200n, cacheRead: 1000n })
  })

  it('refuses rows that do not fit the decisions instead of reading them another way', () => {
    const bytes = utf8(
      `${new TextDecoder().decode(GERMAN)}\r\n04/13/2026;m;1;0;1;1;t\r\n05.04.2026;m;1,234.5;0;1;1;t\r\n06.04.2026;m;10;20;1;1;t`,
    )
    expect(read(bytes, decided).rejects.map(({ code, column }) => [code, column])).toEqual([
      ['DATE_OUT_OF_RANGE', 'zeitpunkt der abfrage'],
      ['BAD_NUMBER', 'eingabe-tokens'],
      ['INVALID_USAGE', 'What was cached'],
    ])
  })

  it('is found again by its header, and only by it', () => {
    const saved = { id: 'm', name: 'Ours', spec: decided }
    expect(readAll(GERMAN, { mappings: [saved] }).format).toBe('mapped-csv')
    const other = utf8(new TextDecoder().decode(GERMAN).replace('Team', 'Gruppe'))
    expect(readAll(other, { mappings: [saved] }).problem).toBe('UNKNOWN_FORMAT')
    expect(readAll(other, { mapping: saved }).problem).toBe('MISSING_COLUMNS')
  })

  it('is the same in chunks of any size', () => {
    expect(readAll(GERMAN, { mapping: { id: 'm', name: 'Ours', spec: decided }, chunks: [3, 1, 17] })).toEqual(
      read(GERMAN, decided),
    )
  })
})

describe('columns of unknown names', () => {
  it('are told by their values: models, times, amounts with a sign', () => {
    const { spec, codes } = guessed(
      utf8(
        'Kolom 1,Kolom 2,tokens in,tokens out,Kolom 5\n2026-09-01 10:00Z,claude-opus-5,10,5,$0.50\n2026-09-02 10:00Z,openai/gpt-5,10,5,$1.25\n',
      ),
    )
    expect(spec.columns).toEqual({ time: 0, model: 1, input: 2, output: 3, reported_cost: 4 })
    expect([spec.currency, codes]).toEqual(['USD', []])
  })

  it('are told by their names in other languages, with the currency of a column of its own', () => {
    const french = guessed(
      utf8('Horodatage;Modèle;Tokens entrée;Tokens sortie;Coût\n25/10/2026;gpt-5;1\u202f234;12;1\u202f234,05\n'),
    )
    expect(french.spec.columns).toEqual({ time: 0, model: 1, input: 2, output: 3, reported_cost: 4 })
    expect(french.spec.numbers).toMatchObject({ reported_cost: 'comma' })
    const german = guessed(
      utf8(
        'Zeitpunkt;Modell;Eingabe;Ausgabe;Betrag;Währung\n2026-09-01T10:00:00Z;gpt-5;1;2;1,50;EUR\n2026-09-01T11:00:00Z;gpt-5;1;2;2,50;EUR\n',
      ),
    )
    expect(german.spec).toMatchObject({ columns: { time: 0, reported_cost: 4 }, currency: 'EUR' })
    const mixed = guessed(
      utf8(
        'time,model,input,output,cost,currency\n2026-09-01T10:00:00Z,gpt-5,1,2,1.5,EUR\n2026-09-01T11:00:00Z,gpt-5,1,2,2.5,GBP\n',
      ),
    )
    expect(mixed.spec.columns.reported_cost).toBeUndefined()
  })

  it('are left to a person where nothing tells', () => {
    const { spec } = guessed(utf8('a,b,c\nfoo,1,2\nbar,3,4\n'))
    expect(spec.columns).toEqual({})
  })
})

describe('a line of totals under a table', () => {
  it.each(['Total', 'Summe', 'Gesamt:', 'Grand total'])('is no row, and decides nothing: %s', (word) => {
    const bytes = utf8(`Datum;Modell;Eingabe;Ausgabe\n25.09.2026 10:00;gpt-5;10;20\n${word};;1.000;2.000\n`)
    const { spec } = guessed(bytes)
    expect(spec.numbers).toEqual({ input: 'point', output: 'point' })
    const reading = read(bytes, { ...spec, time_zone: 'UTC' })
    expect(reading.records).toHaveLength(1)
    expect(reading.rejects.map(({ code }) => code)).toEqual(['NOT_A_DATA_ROW'])
  })
})
