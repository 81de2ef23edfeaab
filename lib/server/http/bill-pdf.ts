/**
 * A bill as a PDF of as many pages as it needs, each with the head of its table. Pages go out as they are drawn, and other
 * requests are answered between the rows: however long the bill, it is neither held whole nor holds anyone up.
 */
import 'server-only'
import { setImmediate as untilOthersRan } from 'node:timers/promises'
import type { PrintedBill, PrintedRow } from '../../core/report/printed-bill'
import { newPdf, PAGE } from './pdf-document'
import { type TextFit, textFit } from './pdf-text'

const WIDTH = PAGE.width - 2 * PAGE.margin
/** The lowest line on Letter paper, so that a printer that crops A4 to it cuts nothing; the page number stands below. */
const BOTTOM = 792 - PAGE.margin - 14
const SHARES = [0.38, 0.16, 0.15, 0.17, 0.14] as const
const INK = '#171717'
const DIM = '#5f5f5c'
const LINE = '#d4d3cf'
const INDENT = { host: 0, model: 8, line: 16, total: 0 } as const
/** How long rows are drawn before others get their turn: under a frame. */
const SLICE_MS = 8

/** Equal bills give equal bytes. */
export async function* billPdf(bill: PrintedBill, madeAt: Date): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const pdf = newPdf({ title: `${bill.title} · ${bill.workspace}`, product: bill.product, madeAt })
  const fit = textFit(pdf)
  const pages = await last(layOut(fit, bill, countingPage()))
  for await (const _ of layOut(fit, bill, drawnPage(pdf, fit, bill, pages))) {
    const ready: Uint8Array | null = pdf.read()
    if (ready !== null) yield Uint8Array.from(ready)
  }
  pdf.end()
  for await (const rest of pdf) yield Uint8Array.from(rest as Uint8Array)
}

async function last(pages: AsyncIterable<number>): Promise<number> {
  let count = 0
  for await (const page of pages) count = page
  return count
}

interface Style {
  readonly bold?: boolean
  readonly colour?: string
  readonly width?: number
  readonly align?: 'left' | 'right'
}

/** Where a layout is put: nowhere, to learn how many pages there are before the first says so, or on paper. */
interface Page {
  readonly text: (text: string, x: number, y: number, size: number, style: Style) => void
  readonly rule: (y: number) => void
  readonly number: (page: number) => void
  readonly next: () => void
}

function countingPage(): Page {
  const nothing = () => undefined
  return { text: nothing, rule: nothing, number: nothing, next: nothing }
}

function drawnPage(pdf: PDFKit.PDFDocument, fit: TextFit, bill: PrintedBill, pages: number): Page {
  const text: Page['text'] = (of, x, y, size, { width = WIDTH, align = 'left', bold = false, colour = INK }) => {
    for (const [index, line] of fit.lines(of, { size, width, bold }).entries()) {
      const at = align === 'right' ? x + width - fit.width(line, { size, bold }) : x
      const down = y + index * fit.lineHeight({ size, bold })
      // After the measuring, which sets both.
      pdf
        .font(bold ? 'bold' : 'regular')
        .fontSize(size)
        .fillColor(colour)
        .text(line, at, down, { lineBreak: false })
    }
  }
  return {
    text,
    rule: (y) => {
      pdf
        .moveTo(PAGE.margin, y)
        .lineTo(PAGE.margin + WIDTH, y)
        .lineWidth(0.5)
        .strokeColor(LINE)
        .stroke()
    },
    number: (page) => text(bill.pageOf(page, pages), PAGE.margin, BOTTOM + 6, 7, { colour: DIM, align: 'right' }),
    next: () => {
      pdf.addPage()
    },
  }
}

/** Lays the bill out and yields the number of each page when it is full, the last one included. */
async function* layOut(fit: TextFit, bill: PrintedBill, on: Page): AsyncGenerator<number> {
  let page = 1
  const left = PAGE.margin
  const write = (text: string, x: number, y: number, size: number, style: Style = {}): number => {
    const { width = WIDTH, bold = false } = style
    on.text(text, x, y, size, style)
    return y + fit.height(text, { size, width, bold })
  }
  const heightOf = (row: PrintedRow) =>
    Math.max(
      ...row.cells.map((text, column) =>
        fit.height(text, { size: 8, width: widthIn(row, column), bold: row.level !== 'line' }),
      ),
    )
  const cells = (row: PrintedRow, y: number, colour: string = INK): number => {
    let x = left
    let end = y
    row.cells.forEach((text, column) => {
      const below = write(text, x + indentOf(row, column), y, 8, {
        colour: row.level === 'line' ? (column === 4 ? INK : DIM) : colour,
        bold: row.level !== 'line',
        width: widthIn(row, column),
        align: column === 0 || column === 3 ? 'left' : 'right',
      })
      end = Math.max(end, below)
      x += WIDTH * (SHARES[column] ?? 0)
    })
    return end
  }
  const head = (y: number): number => {
    const end = cells({ level: 'model', cells: bill.head }, y, DIM) + 2
    on.rule(end)
    return end + 4
  }
  const turn = (): number => {
    on.next()
    page += 1
    return PAGE.margin
  }
  let y: number = PAGE.margin
  y = write(`${bill.product} · ${bill.workspace}`, left, y, 8.5, { colour: DIM }) + 3
  y = write(bill.title, left, y, 14, { bold: true }) + 4
  y = write(bill.figure, left, y, 25, { bold: true }) + 2
  for (const line of bill.context) y = write(line, left, y, 9, { colour: DIM })
  y = head(y + 12)
  let sliceEnds = performance.now() + SLICE_MS
  for (const [index, row] of bill.rows.entries()) {
    if (performance.now() > sliceEnds) {
      await untilOthersRan()
      sliceEnds = performance.now() + SLICE_MS
    }
    // A heading stays with the first line below it.
    const following = bill.rows[index + 1]
    const keep = row.level === 'line' || following === undefined ? 0 : heightOf(following) + 4
    if (y + heightOf(row) + keep > BOTTOM) {
      on.number(page)
      yield page
      y = head(turn())
    }
    if (row.level === 'total' || (row.level === 'host' && index > 0)) {
      on.rule(y)
      y += 4
    }
    y = cells(row, y) + 3
  }
  on.rule(y)
  y += 6
  for (const line of bill.foot) {
    if (y + fit.height(line, { size: 7.5, width: WIDTH, bold: false }) > BOTTOM) {
      on.number(page)
      yield page
      y = turn()
    }
    y = write(line, left, y, 7.5, { colour: DIM }) + 1
  }
  on.number(page)
  yield page
}

function indentOf(row: PrintedRow, column: number): number {
  return column === 0 ? INDENT[row.level] : 0
}

function widthIn(row: PrintedRow, column: number): number {
  return WIDTH * (SHARES[column] ?? 0) - 6 - indentOf(row, column)
}
