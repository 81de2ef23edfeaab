import { describe, expect, it } from 'vitest'
import { openSource } from '../../../lib/core/source/open-source'
import { NOW_MS, readAll } from './reading'

const HEADER = 'id,timestamp,host,model,input_tokens,output_tokens'
const row = (id: string, tokens = '1') => `${id},2026-09-01T00:00:00Z,openai,gpt-5,${tokens},2`
const utf8 = (text: string) => new TextEncoder().encode(text)
const codes = (text: string) => readAll(text).rejects.map((reject) => reject.code)
const problemOf = (file: string | Uint8Array, format: string | null = null) => {
  const bytes = typeof file === 'string' ? utf8(file) : file
  const opened = openSource(bytes, true, { format, host: null, timeZone: null, nowMs: NOW_MS })
  return opened.ok ? null : opened.error
}

describe('files that cannot be read say so', () => {
  it('A-10: without rows', () => {
    for (const file of ['', '\ufeff', ' \n\r\n ', HEADER, `\ufeff${HEADER}\r\n`, '[]', ' [ ] ']) {
      expect(readAll(file).problem).toBe('NO_ROWS')
    }
  })

  it('A-11: of another type, told from their bytes', () => {
    const types: [string, number[]][] = [
      ['PDF', [...utf8('%PDF-1.7\n')]],
      ['PNG', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a]],
      ['XLSX', [0x50, 0x4b, 3, 4, ...utf8('....[Content_Types].xml')]],
      ['ZIP', [0x50, 0x4b, 3, 4, ...utf8('usage.csv')]],
      ['gzip', [0x1f, 0x8b, 8]],
      ['a program', [0x7f, 0x45, 0x4c, 0x46]],
      ['a tar archive', [...utf8('usage.csv'), ...new Uint8Array(248), ...utf8('ustar'), 0, ...utf8(HEADER)]],
      ['no text has', [0, 5, 22, 7, 0, 2, 0, 0, ...utf8('Mac OS X'), ...new Uint8Array(20)]],
    ]
    for (const [name, bytes] of types) {
      const problem = problemOf(new Uint8Array(bytes))
      expect(problem).toMatchObject({ code: 'UNSUPPORTED_TYPE' })
      expect(problem?.message).toContain(name)
    }
  })

  it('with an unknown header name what was seen and what is closest', () => {
    const problem = problemOf('when,what,how much\n1,2,3\n')
    expect(problem?.code).toBe('UNKNOWN_FORMAT')
    expect(problem?.message).toContain('"how much"')
    expect(problemOf('{"hello":"world"}')?.code).toBe('UNKNOWN_FORMAT')
  })

  it('saved in place of an export say what they are', () => {
    const page = problemOf('\n<!DOCTYPE html>\n<html><body>Sign in</body></html>')
    expect(page).toMatchObject({ code: 'UNKNOWN_FORMAT', message: expect.stringContaining('web page') })
    for (const answer of [
      '{"error":{"message":"Incorrect key","type":"invalid_request_error"}}',
      '{"type":"error","error":{"type":"authentication_error","message":"Incorrect key"}}',
      '{"success":false,"errors":[{"code":10000,"message":"Incorrect key"}],"result":null}',
      '{"error":"Incorrect key"}',
      '{"detail":"Incorrect key"}',
      '{"message":"Incorrect key"}',
      '{"__type":"ExpiredTokenException","message":"Incorrect key"}',
      '{"code":401,"message":"Incorrect key","status":"error"}',
      '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Incorrect key</Message></Error>',
    ]) {
      const problem = problemOf(answer)
      expect(problem).toMatchObject({ code: 'UNKNOWN_FORMAT', message: expect.stringContaining('"Incorrect key"') })
    }
    for (const answer of [
      '{"data":[]}',
      '{"results":[]}',
      '{"success":true,"result":[],"result_info":{"count":0}}',
      '{"status":"success","data":{"resultType":"matrix","result":[]}}',
    ]) {
      expect(problemOf(answer)?.code).toBe('NO_ROWS')
    }
    for (const metrics of [
      '{"resourceMetrics":[{"scopeMetrics":[]}]}',
      '[{"resourceMetrics":[{"scopeMetrics":[]}]}]',
    ]) {
      expect(problemOf(metrics)?.message).toContain('metrics of OpenTelemetry')
    }
    expect(problemOf('{"logs":[],"calls":[{"when":1}]}')?.code).toBe('UNKNOWN_FORMAT')
    expect(problemOf('{"when":1,"model":"m","prompt":10,"events":[]}')?.code).toBe('UNKNOWN_FORMAT')
    expect(problemOf('{"model":"m","when":1,"error":"late"}')?.message).toContain('No known format')
    expect(problemOf('{"when":"2026-09-01","message":"done"}')?.message).toContain('No known format')
    expect(problemOf('<?xml version="1.0"?>\n<usage model="m"/>')).toMatchObject({
      code: 'UNSUPPORTED_TYPE',
      message: expect.stringContaining('looks like XML'),
    })
  })

  it('A-52: JSON without one record that can be taken tells what is wrong with the first', () => {
    const record = (more: string) =>
      `{"id":"x","timestamp":"2026-09-01T00:00:00Z","model":"gpt-5","usage":{"input":1,"output":1}${more}}`
    const keys = Array.from({ length: 10_001 }, (_none, at) => `"k${at}":1`).join(',')
    for (const [text, why] of [
      [record(',"id":"y"'), 'The key "id" is given twice in one object.'],
      [`${record(',"id":"y"')}\n${record(',"id":"z"')}\n`, 'The key "id" is given twice in one object.'],
      [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'nested deeper than 64 levels'],
      [record(`,"x":${'['.repeat(100)}${']'.repeat(100)}`), 'nested deeper than 64 levels'],
      [record(`,${keys}`), 'more than 10000 keys'],
      [record(',"user":"a\\u0000"'), 'NUL'],
    ] as const) {
      const problem = problemOf(text)
      expect(problem).toMatchObject({ code: 'BROKEN_JSON', message: expect.stringContaining(why) })
      expect(problem?.remedy).not.toContain('downloaded')
    }
    expect(problemOf('{"id":"x","timest')?.remedy).toContain('downloaded completely')
  })

  it('whose records are no records tell what they are', () => {
    expect(problemOf('{}')?.message).toContain('an empty object')
    expect(problemOf('[[1,2],[3,4]]')?.message).toContain('a list')
    expect(problemOf('[1,2]')?.message).toContain('a number')
    expect(problemOf('[null]')?.message).toContain('null')
  })

  it('A-28: with columns missing list them', () => {
    const problem = problemOf('usage_date_utc,model_version,usage_input_tokens_no_cache\n2026-02-01,m,1\n')
    expect(problem?.code).toBe('MISSING_COLUMNS')
    expect(problem?.message).toContain('usage_output_tokens')
    const forced = problemOf('a,b\n1,2\n', 'openai-usage-csv')
    expect(forced?.code).toBe('MISSING_COLUMNS')
    expect(forced?.message).toContain('num_model_requests')
  })

  it('A-27: with a column given twice ask which one counts', () => {
    expect(problemOf(`${HEADER},input_tokens\n${row('a')},1\n`)?.code).toBe('DUPLICATE_COLUMNS')
    expect(readAll(`${HEADER},note,note\n${row('a')},x,y\n`).records).toHaveLength(1)
  })

  it('A-20, A-21: in an encoding that is not known', () => {
    expect(problemOf(new Uint8Array([...utf8('timestamp,mod'), 0xff, ...utf8('el,input_tokens\n1,2,3\n')]))?.code).toBe(
      'ENCODING',
    )
    const unmarked = new Uint8Array([...HEADER].flatMap((character) => [character.charCodeAt(0), 0]))
    expect(problemOf(unmarked)?.code).toBe('ENCODING')
  })

  it('A-51: JSON lists that break in the middle are refused whole; A-50: lines are kept', () => {
    const record =
      '{"id":"x","timestamp":"2026-09-01T00:00:00Z","provider":"openai","model":"gpt-5","usage":{"input":1,"output":1}}'
    expect(readAll(`[${record},{"id":]`).problem).toBe('BROKEN_JSON')
    for (const cut of ['[', '[{', `[${record.slice(0, 40)}`]) expect(readAll(cut).problem).toBe('BROKEN_JSON')
    expect(readAll(`${HEADER}\n${row('a')}\n`, { format: 'tokentab-jsonl' }).problem).toBe('UNKNOWN_FORMAT')
    expect(readAll(`[${record},{"id":"y","usage":{"input":01}}]`).problem).toBe('BROKEN_JSON')
    const lines = readAll(`${record}\n{"id":\n${record.replace('"x"', '"y"')}\n{"id":"z","times`)
    expect(lines.records).toHaveLength(2)
    expect(lines.rejects.map(({ line, code }) => ({ line, code }))).toEqual([
      { line: 2, code: 'BAD_JSON' },
      { line: 4, code: 'BAD_JSON' },
    ])
    expect(lines.note).toBe('CUT_OFF')
    expect(readAll(`${record}\n{"id":"z","times\n`).note).toBeNull()
  })

  it('A-50: a table whose last row is cut keeps the rest and says so', () => {
    const cut = readAll(`${HEADER}\n${row('a')}\n${row('b').slice(0, 12)}`)
    expect([cut.records.length, cut.rejects.map(({ line, code }) => [line, code]), cut.note]).toEqual([
      1,
      [[3, 'RAGGED_ROW']],
      'CUT_OFF',
    ])
    expect(readAll(`${HEADER}\n${row('a')}\n1,2\n`).note).toBeNull()
    expect(readAll(`${HEADER}\n${row('a')}`).note).toBeNull()
  })
})

describe('rows that cannot be read are kept with their place and reason', () => {
  it('A-28: ragged rows, repeated headers and totals', () => {
    const reading = readAll(
      `${HEADER}\n${row('a')}\n1,2\n${row('b')},,,,,,,,,,\n${HEADER}\nTotal,,,,3,4\n${row('c')}\n`,
    )
    expect(reading.records.map((record) => record.identity.parts[2])).toEqual(['a', 'c'])
    expect(reading.rejects.map(({ line, code }) => ({ line, code }))).toEqual([
      { line: 3, code: 'RAGGED_ROW' },
      { line: 4, code: 'RAGGED_ROW' },
      { line: 5, code: 'NOT_A_DATA_ROW' },
      { line: 6, code: 'NOT_A_DATA_ROW' },
    ])
    expect(reading.rejects[0]?.byteOffset).toBe(HEADER.length + 1 + row('a').length + 1)
  })

  it('A-35: only whole numbers from 0 to 2^63−1 are counts, and exactly', () => {
    for (const [text, expected] of [
      ['9007199254740993', 9007199254740993n],
      ['9223372036854775807', 9223372036854775807n],
      ['1e5', 100000n],
      ['"12"', 12n],
      ['4.0', 4n],
      [' 7 ', 7n],
      ['', 0n],
    ] as const) {
      expect(readAll(`${HEADER}\n${row('a', text)}\n`).records[0]?.quantities.input).toBe(expected)
    }
    for (const text of [
      'NaN',
      'Infinity',
      '1e309',
      '1.5',
      '0x10',
      'null',
      '٣',
      '9223372036854775808',
      '1 000',
      '--5',
    ]) {
      expect(codes(`${HEADER}\n${row('a', text)}\n`)).toEqual(['BAD_NUMBER'])
    }
    expect(codes(`${HEADER}\n${row('a', '-5')}\n`)).toEqual(['NEGATIVE_TOKENS'])
  })

  it('A-36, A-37: amounts are exact, signed, and in a currency', () => {
    const cost = (amount: string, currency = '') =>
      readAll(`${HEADER},reported_cost,reported_currency\n${row('a')},${amount},${currency}\n`)
    expect(cost('-3.50').records[0]?.reportedCost).toEqual({ amount: '-3.5', currency: 'USD', kind: 'billed' })
    expect(cost('1.2e-9', 'eur').records[0]?.reportedCost).toEqual({
      amount: '0.0000000012',
      currency: 'EUR',
      kind: 'billed',
    })
    expect(cost('$1.20', 'US$').records[0]?.reportedCost?.amount).toBe('1.2')
    expect(cost('').records[0]?.reportedCost).toBeNull()
    expect(cost('$1.20', 'EUR').rejects[0]?.code).toBe('UNKNOWN_CURRENCY')
    expect(cost('1', 'XYZ').rejects[0]?.code).toBe('UNKNOWN_CURRENCY')
    expect(cost('0.1234567890123456789').rejects[0]?.code).toBe('TOO_PRECISE')
    for (const amount of ['NaN', 'Infinity', '1e30', '"1,20"', 'free'])
      expect(cost(amount).rejects[0]?.code).toBe('BAD_NUMBER')
  })

  it('A-40: times are read without guessing', () => {
    const at = (time: string, timeZone?: string) =>
      readAll(`${HEADER}\na,${time},openai,gpt-5,1,2\n`, timeZone === undefined ? {} : { timeZone })
    const noon = Date.UTC(2026, 9, 5, 12)
    for (const time of [
      '2026-10-05T12:00:00Z',
      '2026-10-05T14:00:00+02:00',
      '2026-10-05 12:00:00',
      '2026-10-05T12:00:00.000Z',
    ]) {
      expect(at(time).records[0]?.startMs).toBe(noon)
    }
    for (const scale of ['', '000', '000000', '000000000']) {
      expect(at(`${noon / 1000}${scale}`).records[0]?.startMs).toBe(noon)
    }
    expect(at('2026-10-05').records[0]?.startMs).toBe(Date.UTC(2026, 9, 5))
    expect(at('2026-10-05 12:00:00', 'Europe/Berlin').records[0]?.startMs).toBe(noon - 7_200_000)
    for (const time of ['10/05/2026', '05.10.2026', '46300', '2026-W40', 'yesterday', '']) {
      expect(at(time).rejects[0]?.code).toBe('BAD_TIME')
    }
    for (const time of ['2026-02-30', '1970-01-01T00:00:00Z', '2027-01-01T00:00:00Z', '1000000000']) {
      expect(at(time).rejects[0]?.code).toBe('DATE_OUT_OF_RANGE')
    }
  })

  it('A-41: the hour that comes twice is its first, the hour that never was is refused', () => {
    const at = (time: string) => readAll(`${HEADER}\na,${time},openai,gpt-5,1,2\n`, { timeZone: 'Europe/Berlin' })
    expect(at('2026-10-25 02:30:00').records[0]?.startMs).toBe(Date.UTC(2026, 9, 25, 0, 30))
    expect(at('2026-10-25 02:30:00').note).toBe('TIME_TWICE')
    expect(at('2026-10-25 03:30:00').records[0]?.startMs).toBe(Date.UTC(2026, 9, 25, 2, 30))
    expect(at('2026-10-25 03:30:00').note).toBeNull()
    expect(at('2026-03-29 02:30:00').rejects[0]?.code).toBe('BAD_TIME')
    expect(at('2026-03-29 03:30:00').records[0]?.startMs).toBe(Date.UTC(2026, 2, 29, 1, 30))
    expect(readAll(`${HEADER}\n${row('a')}\n`, { timeZone: 'Mars/Olympus' }).problem).toBe('UNKNOWN_TIME_ZONE')
  })

  it('A-41: a day of 25 hours is the sum of its hours, each in its own, and its zoneless rows lose none', () => {
    const hour = (at: number) => String(at).padStart(2, '0')
    const wall = [0, 1, 2, 2, 3, ...Array.from({ length: 20 }, (_none, at) => at + 4)]
    const table = (offset: (place: number) => string) =>
      [
        HEADER,
        ...wall.map(
          (at, place) => `h${place},2026-10-25T${hour(at)}:30:00${offset(place)},openai,gpt-5,${place + 1},2`,
        ),
      ].join('\n')
    const read = (offset: (place: number) => string) =>
      readAll(table(offset), { timeZone: 'Europe/Berlin' }).records.map(({ startMs, quantities }) => [
        (startMs - Date.UTC(2026, 9, 24, 22, 30)) / 3_600_000,
        Number(quantities.input),
      ])
    const told = read((place) => (place < 3 ? '+02:00' : '+01:00'))
    expect(told).toEqual(wall.map((_at, place) => [place, place + 1]))
    expect(told.reduce((sum, [, input]) => sum + (input as number), 0)).toBe((25 * 26) / 2)
    // Without an offset the second half past two is taken for the first: its hour, 01:30 UTC, is empty and nothing is lost.
    const untold = read(() => '')
    expect(untold).toEqual(wall.map((_at, place) => [place === 3 ? 2 : place, place + 1]))
  })

  it('A-21, A-22: broken characters and NUL spoil their own row only', () => {
    const bytes = new Uint8Array([
      ...utf8(`${HEADER}\n${row('a')}\nb`),
      0xc3,
      0x28,
      ...utf8(`,2026-09-01T00:00:00Z,openai,gpt-5,1,2\nc\0,2026-09-01T00:00:00Z,openai,gpt-5,1,2\n${row('é')}\n`),
    ])
    const reading = readAll(bytes)
    expect(reading.records).toHaveLength(2)
    expect(reading.rejects.map(({ line, code }) => ({ line, code }))).toEqual([
      { line: 3, code: 'INVALID_UTF8' },
      { line: 4, code: 'NUL_BYTE' },
    ])
  })

  it('rows that state no quantity at all: nothing is not zero', () => {
    expect(codes(`${HEADER}\na,2026-09-01T00:00:00Z,openai,gpt-5,,\n`)).toEqual(['NO_USAGE'])
    const failed = readAll(`${HEADER},status\na,2026-09-01T00:00:00Z,openai,gpt-5,,,error\n`)
    expect(failed.records[0]?.status).toBe('error')
  })

  it('token classes that contradict each other, and rows without a model', () => {
    expect(codes(`${HEADER},reasoning_tokens\n${row('a')},3\n`)).toEqual(['INVALID_USAGE'])
    expect(codes(`${HEADER}\na,2026-09-01T00:00:00Z,openai,,1,2\n`)).toEqual(['MISSING_MODEL'])
  })

  it('are shown without what was written to a model, in at most 2 kB', () => {
    const secret = 'my secret prompt '.repeat(300)
    const line = JSON.stringify({
      model: 'm',
      prompt: secret,
      messages: [{ content: 'tell me' }],
      eval_count: -1,
      created_at: 1788220800,
    })
    const reading = readAll(`${line}\n{"model":"m","prompt":"tell me too","eval_count":\n`)
    expect(reading.rejects).toHaveLength(2)
    for (const { raw } of reading.rejects) {
      expect(raw).not.toContain('secret')
      expect(raw).not.toContain('tell me')
      expect(raw.length).toBeLessThanOrEqual(2_048)
    }
    const table =
      'response_id,response_created_at,request_created_at,request_body,request_properties,model,prompt_tokens,completion_tokens'
    const helicone = readAll(`${table}\nr1,,x,tell me,{},m,1,2\nr1,,x,"tell me, too",1,2\n`)
    expect(helicone.rejects).toHaveLength(2)
    for (const { raw } of helicone.rejects) expect(raw).not.toContain('tell me')
    expect(readAll(`${HEADER}\n"${secret}",x,openai,gpt-5,1,2\n`).rejects[0]?.raw).not.toContain('secret')
  })
})

describe('the same rows in any clothing are the same records', () => {
  const records = readAll(`${HEADER}\n${row('a')}\n${row('é')}\n`).records

  it('P-8, A-20, A-23, A-25: delimiter, line end, quotes, byte order mark, UTF-16', () => {
    const text = `${HEADER}\n${row('a')}\n${row('é')}\n`
    const utf16 = (value: string, little: boolean) =>
      new Uint8Array(
        [...`\ufeff${value}`].flatMap((character) => {
          const unit = character.charCodeAt(0)
          return little ? [unit & 255, unit >> 8] : [unit >> 8, unit & 255]
        }),
      )
    const clothing: (string | Uint8Array)[] = [
      `\ufeff${text}`,
      text.replaceAll('\n', '\r\n'),
      text.replaceAll('\n', '\r'),
      text.trimEnd(),
      text.replaceAll(',', ';'),
      text.replaceAll(',', '\t'),
      text.replaceAll(',', '|'),
      `sep=;\n${text.replaceAll(',', ';')}`,
      `\n\n${text.replace('\n', '\n\n')}\n,,,,,\n`,
      text.replace(/[^,\n]+/g, '"$&"'),
      text.replace(
        HEADER,
        HEADER.split(',')
          .map((name) => ` ${name.toUpperCase()} `)
          .join(','),
      ),
      utf16(text, true),
      utf16(text, false),
    ]
    for (const file of clothing) {
      const reading = readAll(file)
      expect(reading.problem).toBeNull()
      expect(reading.records).toEqual(records)
    }
  })

  it('P-8: canonical JSON Lines and lists give the records of canonical CSV', () => {
    const json = ['a', 'é'].map((id) =>
      JSON.stringify({
        id,
        timestamp: '2026-09-01T00:00:00Z',
        provider: 'openai',
        model: 'gpt-5',
        usage: { input: '1', output: 2 },
      }),
    )
    for (const file of [json.join('\n'), `[${json.join(',')}]`, `[\n  ${json.join(',\n  ')}\n]\n`]) {
      expect(readAll(file).records).toEqual(records)
    }
  })

  it('P-10: read in chunks of any size', () => {
    const file = utf8(
      `\ufeff${HEADER},tags\r\n${row('a')},"k=v;\r\n x=""y"""\r\n${row('é')},\r\n,,,,,,\r\nbad\r\n${row('c', '-1')},\r\n`,
    )
    const whole = readAll(file)
    expect(whole.rows).toBe(whole.records.length + whole.rejects.length)
    for (let size = 1; size <= file.length; size += 1) expect(readAll(file, { chunks: [size] })).toEqual(whole)
  })

  it('A-08: identical rows without ids are two, and the same two again in another reading', () => {
    const twice = readAll(`${HEADER}\n${row('')}\n${row('')}\n`)
    const parts = twice.records.map((record) => record.identity.parts)
    expect(twice.records.map((record) => record.identity.kind)).toEqual(['content', 'content'])
    expect(parts[0]).not.toEqual(parts[1])
    expect(readAll(`${HEADER}\n${row('')}\n${row('')}\n`).records).toEqual(twice.records)
    const many = readAll(`${HEADER}\n${`${row('')}\n`.repeat(2_000)}`).records.map((record) =>
      record.identity.parts.join(),
    )
    expect(new Set(many).size).toBe(2_000)
  })

  it('A-60: headers named after parts of the language are plain strings', () => {
    const reading = readAll(`${HEADER},__proto__,constructor,toString\n${row('a')},1,2,3\n`)
    expect(reading.records).toHaveLength(1)
    expect(({} as Record<string, unknown>)['1']).toBeUndefined()
  })
})

describe('exports of cost are of another layer than usage', () => {
  it('gives cost records and no usage records, whatever the provider', () => {
    const files = [
      ['start_time,end_time,amount_value,amount_currency,line_item', '1785542400,1785628800,1.5,usd,x'],
      [
        'usage_date_utc,model,workspace,api_key,usage_type,token_type,cost_usd',
        '2026-08-01,Claude Sonnet 4,,k,message,output,1.50',
      ],
      ['user_id,utc_date,model,wallet_type,cost,currency', 'u,2026-08-01,deepseek-chat,Paid,1.500,USD'],
      ['Date,Service description,Service ID,SKU description,Subtotal ($)', '2026-08-01,Gemini API,A,x,1.50'],
      [
        'lineItem/UsageType,lineItem/UnblendedCost,lineItem/UsageStartDate,lineItem/CurrencyCode',
        'BoxUsage,1.5,2026-08-01T00:00:00Z,USD',
      ],
      ['Date,MeterCategory,Quantity,CostInBillingCurrency,BillingCurrency', '8/1/2026,Storage,1,1.5,USD'],
      [
        'BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,InvoiceIssuerName',
        '1.5,USD,2026-08-01,2026-08-02,Microsoft',
      ],
    ]
    for (const lines of files) {
      const reading = readAll(`${lines.join('\n')}\n`)
      expect(reading.records).toEqual([])
      expect(reading.costs).toMatchObject([{ amount: '1.5', currency: 'USD', startMs: Date.UTC(2026, 7, 1) }])
    }
  })

  it('refuses a row without an amount or a currency, naming the column and what to do', () => {
    const header = 'start_time,end_time,amount_value,amount_currency,line_item'
    const rows = [
      '1785542400,1785628800,,usd,x',
      '1785542400,1785628800,1.5,,x',
      '1785542400,1785628800,1.5,zzz,x',
      'x,1785628800,1.5,usd,x',
      '1785542400,1785628800,"1,234",usd,x',
    ]
    const reading = readAll(`${header}\n${rows.join('\n')}\n`)
    expect(reading.costs).toEqual([])
    expect(reading.rejects.map(({ line, code, column }) => [line, code, column])).toEqual([
      [2, 'MISSING_VALUE', 'amount_value'],
      [3, 'UNKNOWN_CURRENCY', 'amount_currency'],
      [4, 'UNKNOWN_CURRENCY', 'amount_currency'],
      [5, 'BAD_TIME', 'start_time'],
      [6, 'BAD_NUMBER', 'amount_value'],
    ])
  })
})
