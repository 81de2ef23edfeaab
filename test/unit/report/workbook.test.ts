import { describe, expect, it } from 'vitest'
import { type SheetRow, workbook } from '../../../lib/core/report/workbook'
import { writeZip } from '../../../lib/server/write-zip'
import { unzipTexts } from '../../support/zip'

const COLUMNS = [
  { name: 'note', type: 'text' },
  { name: 'amount', type: 'number' },
] as const

async function packed(rows: Iterable<SheetRow>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of writeZip(workbook('2026-09', COLUMNS, rows))) parts.push(part)
  return Buffer.concat(parts)
}

async function sheetOf(rows: Iterable<SheetRow>): Promise<string> {
  return unzipTexts(await packed(rows)).get('xl/worksheets/sheet1.xml') ?? ''
}

describe('a workbook', () => {
  it('types its cells: figures are numbers, what has more digits than a number holds stays text, the unknown is empty', async () => {
    const sheet = await sheetOf([
      { note: 'a', amount: '-3.50' },
      { note: 'b', amount: '0.123456789012345678' },
      { note: 'c', amount: '0.000000000123456' },
      { note: 'd' },
    ])
    expect(sheet).toContain('<c r="B2"><v>-3.50</v></c>')
    expect(sheet).toContain('<c r="B3" t="inlineStr"><is><t xml:space="preserve">0.123456789012345678</t></is></c>')
    expect(sheet).toContain('<c r="B4"><v>0.000000000123456</v></c>')
    expect(sheet).not.toContain('r="B5"')
  })

  it.each(['=1+1', '+1', '-1', '@x', '\t=1', '=HYPERLINK("https://example.com")', '＝1'])(
    'takes %j for text and not for a formula',
    async (note) => {
      const sheet = await sheetOf([{ note }])
      expect(sheet).toContain('<c r="A2" t="inlineStr">')
      expect(sheet).not.toContain('<f>')
    },
  )

  it('stays well-formed whatever a name holds', async () => {
    const sheet = await sheetOf([{ note: '<t>&"\u0000\u0007\u001b_x0041_ \ud800 中' }])
    expect(sheet).toContain('&lt;t&gt;&amp;&quot;_x0000__x0007__x001B__x005F_x0041_ \ufffd 中')
  })

  it('is written while its rows are made, and equal rows give equal bytes', async () => {
    let made = 0
    const rows = function* () {
      // Hardly to be packed, so that bytes leave early.
      for (; made < 50_000; made += 1) yield { note: `${(made * 2_654_435_761) % 4_294_967_291}`, amount: String(made) }
    }
    let first: number | null = null
    let bytes = 0
    for await (const part of writeZip(workbook('2026-09', COLUMNS, rows()))) {
      bytes += part.length
      if (bytes > 10_000) first ??= made
    }
    expect(made).toBe(50_000)
    expect(first).toBeLessThan(15_000)
    expect(await packed([{ note: 'a' }])).toEqual(await packed([{ note: 'a' }]))
  })

  it('ends as its rows end when they fail', async () => {
    const failing = function* (): Generator<SheetRow> {
      yield { note: 'a' }
      throw new Error('the database went away')
    }
    await expect(packed(failing())).rejects.toThrow('the database went away')
  })
})
