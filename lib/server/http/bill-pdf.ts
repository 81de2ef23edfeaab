/** A bill as a PDF of as many pages as it needs, each with the head of its table. */
import 'server-only'
import type { PrintedBill, PrintedRow } from '../../core/report/printed-bill'
import { bytesOf, newPdf, PAGE } from './pdf-document'

const WIDTH = PAGE.width - 2 * PAGE.margin
/** The lowest line on Letter paper, so that a printer that crops A4 to it cuts nothing; the page number stands below. */
const BOTTOM = 792 - PAGE.margin - 14
const SHARES = [0.38, 0.16, 0.15, 0.17, 0.14] as const
const INK = '#171717'
const DIM = '#5f5f5c'
const LINE = '#d4d3cf'
const INDENT = { host: 0, model: 8, line: 16, total: 0 } as const

export async function billPdf(bill: PrintedBill, madeAt: Date): Promise<Uint8Array<ArrayBuffer>> {
  const heights = new Map<string, number>()
  const pages = countPages(bill, madeAt, heights)
  const pdf = newPdf({ title: `${bill.title} · ${bill.workspace}`, product: bill.product, madeAt })
  return await bytesOf(pdf, () => void draw(pdf, bill, { pages, heights }))
}

/** Laid out once without drawing, so that every page can say how many there are. */
function countPages(bill: PrintedBill, madeAt: Date, heights: Map<string, number>): number {
  return draw(newPdf({ title: bill.title, product: bill.product, madeAt }), bill, { pages: null, heights })
}

interface Drawing {
  /** Null counts them and draws nothing. */
  readonly pages: number | null
  /** Of texts by font, size and width: measuring takes longer than drawing, and texts come again and again. */
  readonly heights: Map<string, number>
}

/** Answers the number of pages. */
function draw(pdf: PDFKit.PDFDocument, bill: PrintedBill, { pages, heights }: Drawing): number {
  let page = 1
  const measured = (text: string, size: number, width: number, bold: boolean): number => {
    const key = `${size} ${width} ${bold} ${text}`
    const known = heights.get(key)
    if (known !== undefined) return known
    const height = pdf
      .font(bold ? 'bold' : 'regular')
      .fontSize(size)
      .heightOfString(text, { width, lineGap: 0.5 })
    heights.set(key, height)
    return height
  }
  const left = PAGE.margin
  const write = (text: string, x: number, y: number, size: number, style: Style = {}): number => {
    const { width = WIDTH, align = 'left', bold = false, colour = INK } = style
    const height = measured(text, size, width, bold)
    if (pages === null) return y + height
    pdf
      .font(bold ? 'bold' : 'regular')
      .fontSize(size)
      .fillColor(colour)
      .text(text, x, y, { width, align, lineGap: 0.5, height: height + 2 })
    return y + height
  }
  const number = () => {
    if (pages !== null) write(bill.pageOf(page, pages), left, BOTTOM + 6, 7, { colour: DIM, align: 'right' })
  }
  const heightOf = (row: PrintedRow) =>
    Math.max(
      ...row.cells.map((text, column) =>
        measured(text, 8, columnWidth(column) - (column === 0 ? INDENT[row.level] : 0), row.level !== 'line'),
      ),
    )
  const cells = (row: PrintedRow, y: number, colour: string = INK): number => {
    let x = left
    let end = y
    row.cells.forEach((text, column) => {
      const indent = column === 0 ? INDENT[row.level] : 0
      end = Math.max(
        end,
        write(text, x + indent, y, 8, {
          colour: row.level === 'line' ? (column === 4 ? INK : DIM) : colour,
          bold: row.level !== 'line',
          width: columnWidth(column) - indent,
          align: column === 0 || column === 3 ? 'left' : 'right',
        }),
      )
      x += WIDTH * (SHARES[column] ?? 0)
    })
    return end
  }
  const rule = (y: number) => {
    if (pages === null) return
    pdf
      .moveTo(left, y)
      .lineTo(left + WIDTH, y)
      .lineWidth(0.5)
      .strokeColor(LINE)
      .stroke()
  }
  const head = (y: number): number => {
    const end = cells({ level: 'model', cells: bill.head }, y, DIM) + 2
    rule(end)
    return end + 4
  }
  let y: number = PAGE.margin
  y = write(`${bill.product} · ${bill.workspace}`, left, y, 8.5, { colour: DIM }) + 3
  y = write(bill.title, left, y, 14, { bold: true }) + 4
  y = write(bill.figure, left, y, 25, { bold: true }) + 2
  for (const line of bill.context) y = write(line, left, y, 9, { colour: DIM })
  y = head(y + 12)
  const nextPage = (): number => {
    number()
    if (pages !== null) pdf.addPage()
    page += 1
    return PAGE.margin
  }
  bill.rows.forEach((row, index) => {
    // A heading stays with the first line below it.
    const following = bill.rows[index + 1]
    const keep = row.level === 'line' || following === undefined ? 0 : heightOf(following) + 4
    if (y + heightOf(row) + keep > BOTTOM) y = head(nextPage())
    if (row.level === 'total' || (row.level === 'host' && index > 0)) {
      rule(y)
      y += 4
    }
    y = cells(row, y) + 3
  })
  rule(y)
  y += 6
  for (const line of bill.foot) {
    if (y + measured(line, 7.5, WIDTH, false) > BOTTOM) y = nextPage()
    y = write(line, left, y, 7.5, { colour: DIM }) + 1
  }
  number()
  return page
}

interface Style {
  readonly bold?: boolean
  readonly colour?: string
  readonly width?: number
  readonly align?: 'left' | 'right'
}

function columnWidth(column: number): number {
  return WIDTH * (SHARES[column] ?? 0) - 6
}
