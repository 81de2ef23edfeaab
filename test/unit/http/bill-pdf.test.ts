import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { PrintedBill, PrintedRow } from '../../../lib/core/report/printed-bill'
import { billPdf } from '../../../lib/server/http/bill-pdf'

const MADE_AT = new Date(Date.UTC(2026, 9, 1))

function billOf(rows: readonly PrintedRow[]): PrintedBill {
  return {
    product: 'Tokentab',
    workspace: 'Northwind',
    title: 'September 2026',
    figure: '$99,999.99',
    context: ['Closed'],
    head: ['Line', 'Quantity', 'Unit price', 'In force', 'Amount'],
    rows,
    foot: ['Rounded once a line.'],
    pageOf: (page, pages) => `Page ${page} of ${pages}`,
  }
}

/** Ten hosts, and every quantity another one: no two rows share their texts. */
function rowsOf(lines: number): PrintedRow[] {
  return Array.from({ length: lines }, (_, no): PrintedRow => {
    const count = ((no * 2_654_435_761) % 4_294_967_291).toLocaleString('en')
    if (no % 100 === 0) return { level: 'host', cells: [`Host ${no / 100}`, '', '', '', `$${count}`] }
    if (no % 6 === 0) return { level: 'model', cells: [`publisher/a-model-${no}-instruct`, '', '', '', `$${count}`] }
    return { level: 'line', cells: ['Input', count, `$1.${no} / 1M`, 'since 1 Sept 2026', `$${no}.25`] }
  })
}

async function bytesOf(bill: PrintedBill): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of billPdf(bill, MADE_AT)) parts.push(part)
  return Buffer.concat(parts)
}

const pagesOf = (pdf: Buffer) => pdf.toString('latin1').match(/\/Type \/Page\b(?!s)/g)?.length

describe('a bill as a PDF', () => {
  it('of a thousand lines goes out page by page, and lets others run all the while', async () => {
    let turns = 0
    let isDone = false
    const others = () => {
      turns += 1
      if (!isDone) setTimeout(others, 0)
    }
    setTimeout(others, 0)
    let pieces = 0
    for await (const piece of billPdf(billOf(rowsOf(1_000)), MADE_AT)) if (piece.length > 0) pieces += 1
    isDone = true
    expect(pieces).toBeGreaterThan(20)
    expect(turns).toBeGreaterThan(10)
  })

  it('is the same bytes for the same bill, and a short one is one page', async () => {
    const pdf = await bytesOf(billOf(rowsOf(10)))
    expect(pdf.equals(await bytesOf(billOf(rowsOf(10))))).toBe(true)
    expect(pagesOf(pdf)).toBe(1)
    expect(pdf.toString('latin1').trimEnd().endsWith('%%EOF')).toBe(true)
  })

  it('keeps every text inside the margins of its column, however long it is', async () => {
    const long = 'a-name-without-any-space'.repeat(12)
    const pdf = await bytesOf(
      billOf([{ level: 'line', cells: [long, '1'.repeat(60), '$1', 'since 1 Sept 2026', '$1.00'] }]),
    )
    const lefts = contentOf(pdf).flatMap((text) =>
      [...text.matchAll(/1 0 0 1 ([\d.-]+) [\d.-]+ Tm/g)].map((one) => Number.parseFloat(one[1] ?? '')),
    )
    expect(lefts.length).toBeGreaterThan(12)
    expect(Math.min(...lefts)).toBeGreaterThanOrEqual(40)
  })
})

/** The drawing of each page. */
function contentOf(pdf: Buffer): string[] {
  const texts: string[] = []
  for (let at = pdf.indexOf('stream\n'); at !== -1; at = pdf.indexOf('\nstream\n', at + 1)) {
    const start = pdf.indexOf('stream\n', at) + 'stream\n'.length
    const end = pdf.indexOf('\nendstream', start)
    try {
      texts.push(inflateSync(pdf.subarray(start, end)).toString('latin1'))
    } catch {
      texts.push('')
    }
  }
  return texts
}
