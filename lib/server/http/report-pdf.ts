/**
 * A report as a PDF of one page: vector text in the product's own typeface, drawn here without a browser. What is read on
 * the page is decided elsewhere; this file only places it.
 */
import 'server-only'
import { plotted } from '../../core/report/chart-series'
import type { ReportDocument, ReportTable } from '../../core/report/report-document'
import { bytesOf, newPdf, PAGE } from './pdf-document'

const WIDTH = PAGE.width - 2 * PAGE.margin
/** The lowest line on Letter paper, so that a printer that crops A4 to it cuts nothing. */
const BOTTOM = 792 - PAGE.margin
const INK = '#171717'
const DIM = '#5f5f5c'
const LINE = '#d4d3cf'
const STRONG = '#3b6fe0'
const WEAK = '#b9b8b2'
/** Tried in turn until the whole report is on one page. */
const SCALES = [1, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64] as const
const SMALLEST = 0.64

type Weight = 'regular' | 'bold'

/** Equal reports give equal pages; the whole file is in memory, some tens of kilobytes. */
export async function reportPdf(report: ReportDocument, frozenAt: Date): Promise<Uint8Array> {
  const facts = { title: report.question, product: report.product, madeAt: frozenAt }
  // Never finished: only measured on, so that the typeface is read once more and not once a size.
  const trial = newPdf(facts)
  const scale = SCALES.find((candidate) => draw(trial, report, candidate) <= BOTTOM) ?? SMALLEST
  const pdf = newPdf(facts)
  return await bytesOf(pdf, () => void draw(pdf, report, scale))
}

interface TextStyle {
  readonly weight?: Weight
  readonly colour?: string
  readonly width?: number
  readonly align?: 'left' | 'right'
  /** Cut with an ellipsis after so many lines. */
  readonly lines?: number
}

/** Draws the page and answers the lowest y it used. */
function draw(pdf: PDFKit.PDFDocument, report: ReportDocument, scale: number): number {
  const left = PAGE.margin
  const write = (text: string, x: number, y: number, size: number, style: TextStyle = {}): number => {
    const width = style.width ?? WIDTH
    pdf
      .font(style.weight ?? 'regular')
      .fontSize(size * scale)
      .fillColor(style.colour ?? INK)
    const options = { width, align: style.align ?? 'left', lineGap: 0.8 * scale } as const
    const full = pdf.heightOfString(text, options)
    const height = style.lines === undefined ? full : Math.min(full, style.lines * pdf.currentLineHeight(true) + 1)
    // A height keeps the text on this page whatever its length; the caller measures and tries a smaller size.
    pdf.text(text, x, y, { ...options, height: height + 2, ellipsis: true, lineBreak: true })
    return y + height
  }
  let y: number = PAGE.margin
  y = write(`${report.product} · ${report.kind}`, left, y, 8.5, { colour: DIM }) + 3 * scale
  y = write(report.question, left, y, 14, { weight: 'bold' }) + 6 * scale
  pdf.font('bold').fontSize(25 * scale)
  const figureWidth = pdf.widthOfString(report.figure)
  const figureEnd = write(report.figure, left, y, 25, { weight: 'bold' })
  write(report.sentence, left + figureWidth + 7, y + 11 * scale, 11, { width: WIDTH - figureWidth - 7 })
  y = figureEnd + 1
  y = write(report.context, left, y, 9, { colour: DIM }) + 9 * scale

  const gap = 22
  const chartWidth = (WIDTH - gap) * 0.58
  const factsX = left + chartWidth + gap
  const factsWidth = WIDTH - chartWidth - gap
  let chartY = write(report.chartTitle, left, y, 9.5, { weight: 'bold', width: chartWidth }) + 4 * scale
  const most = Math.max(1e-9, ...report.bars.map((bar) => plotted(bar.high)))
  for (const bar of report.bars) {
    const amount = bar.band === '' ? bar.figure : `${bar.figure} (${bar.band})`
    pdf.font('regular').fontSize(8.5 * scale)
    const amountWidth = Math.min(chartWidth * 0.6, pdf.widthOfString(amount) + 2)
    const amountEnd = write(amount, left + chartWidth - amountWidth, chartY, 8.5, {
      width: amountWidth,
      align: 'right',
    })
    const labelEnd = write(bar.label, left, chartY, 8.5, {
      width: chartWidth - amountWidth - 8,
      weight: bar.strong ? 'bold' : 'regular',
      lines: 2,
    })
    chartY = Math.max(amountEnd, labelEnd) + 2
    const length = (text: string) => (chartWidth * Math.max(0, plotted(text))) / most
    const thick = 11 * scale
    pdf.rect(left, chartY, chartWidth, thick).fillColor('#f4f3f0').fill()
    pdf
      .rect(left, chartY, length(bar.likely), thick)
      .fillColor(bar.strong ? STRONG : WEAK)
      .fill()
    if (bar.band !== '') {
      pdf
        .rect(left + length(bar.low), chartY + thick / 2 - 1.2, Math.max(1, length(bar.high) - length(bar.low)), 2.4)
        .fillColor(INK)
        .fill()
    }
    chartY += thick + 7 * scale
  }
  let factsY = y
  for (const fact of report.facts) {
    const end = Math.max(
      write(fact.name, factsX, factsY, 8.5, { colour: DIM, width: factsWidth * 0.46 }),
      write(fact.value, factsX + factsWidth * 0.47, factsY, 8.5, {
        weight: 'bold',
        width: factsWidth * 0.53,
        align: 'right',
      }),
    )
    factsY = end + 2.5 * scale
    rule(pdf, factsX, factsY, factsWidth)
    factsY += 3 * scale
  }
  y = Math.max(chartY, factsY) + 5 * scale

  const half = (WIDTH - gap) / 2
  let lowest = y
  report.lists.forEach((list, index) => {
    const x = left + (index % 2) * (half + gap)
    let listY = write(list.title, x, y, 9.5, { weight: 'bold', width: half }) + 2 * scale
    for (const item of list.items) {
      write('•', x, listY, 8, { width: 8 })
      listY = write(item, x + 9, listY, 8, { width: half - 9 }) + 1.5 * scale
    }
    lowest = Math.max(lowest, listY)
  })
  y = lowest + 6 * scale
  y = table(pdf, write, report.stays, [0.62, 0.18, 0.2], y, scale) + 6 * scale
  y = table(pdf, write, report.assumptions, [0.2, 0.22, 0.48, 0.1], y, scale) + 5 * scale
  rule(pdf, left, y, WIDTH)
  y += 3 * scale
  for (const line of report.origin) y = write(line, left, y, 7, { colour: DIM })
  return y
}

type Write = (text: string, x: number, y: number, size: number, style?: TextStyle) => number

/** Columns beyond the first of a table of three stand right; of four, left. */
function table(
  pdf: PDFKit.PDFDocument,
  write: Write,
  shown: ReportTable,
  shares: readonly number[],
  top: number,
  scale: number,
): number {
  const left = PAGE.margin
  let y = write(shown.title, left, top, 9.5, { weight: 'bold' }) + 2 * scale
  if (shown.rows.length === 0) return write(shown.none, left, y, 8, { colour: DIM })
  const right = shares.length === 3
  const row = (cells: readonly string[], at: number, colour: string): number => {
    let x = left
    let end = at
    cells.forEach((text, column) => {
      const width = WIDTH * (shares[column] ?? 0)
      const align = right && column > 0 ? 'right' : 'left'
      end = Math.max(end, write(text, x, at, 7.5, { colour, width: width - 6, align }))
      x += width
    })
    return end
  }
  y = row(shown.head, y, DIM) + 1.5 * scale
  rule(pdf, left, y, WIDTH)
  y += 2 * scale
  for (const cells of shown.rows) y = row(cells, y, INK) + 1.5 * scale
  return y
}

function rule(pdf: PDFKit.PDFDocument, x: number, y: number, width: number): void {
  pdf
    .moveTo(x, y)
    .lineTo(x + width, y)
    .lineWidth(0.5)
    .strokeColor(LINE)
    .stroke()
}
