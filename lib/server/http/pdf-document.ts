/** A PDF with the product's own typeface: vector text, made without a browser. */
import 'server-only'
import { existsSync, realpathSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import PDFDocument from 'pdfkit'

/** Points. Letter is wider and lower than A4; what fits both margins prints on either. */
export const PAGE = { width: 595.28, height: 841.89, margin: 40 } as const

const FONT_FOLDER = join('node_modules', 'geist', 'dist', 'fonts', 'geist-sans')

/** The folder of the typeface's package, above the running script or the working folder. */
function fontFolder(): string {
  const script = process.argv[1]
  const starts = [...(script !== undefined && existsSync(script) ? [dirname(realpathSync(script))] : []), process.cwd()]
  for (const start of starts) {
    for (let folder = resolve(start); ; folder = dirname(folder)) {
      const found = join(/* turbopackIgnore: true */ folder, FONT_FOLDER)
      if (existsSync(found)) return found
      if (dirname(folder) === folder) break
    }
  }
  throw new Error(`The folder ${FONT_FOLDER} was not found above the running program.`)
}

/** Fonts "regular" and "bold" are registered. Equal facts and equal drawing give equal bytes. */
export function newPdf(facts: {
  readonly title: string
  readonly product: string
  readonly madeAt: Date
}): PDFKit.PDFDocument {
  const folder = fontFolder()
  const pdf = new PDFDocument({
    size: 'A4',
    margin: PAGE.margin,
    lang: 'en',
    pdfVersion: '1.7',
    displayTitle: true,
    // None to begin with: a font that the library opened by its path first is read anew whenever it is asked for by name.
    font: '',
    info: { Title: facts.title, Creator: facts.product, Producer: facts.product, CreationDate: facts.madeAt },
  })
  pdf.registerFont('regular', join(folder, 'Geist-Regular.ttf'))
  pdf.registerFont('bold', join(folder, 'Geist-SemiBold.ttf'))
  return pdf.font('regular')
}

/** Draws, finishes, and answers the whole file: some tens of kilobytes. */
export async function bytesOf(pdf: PDFKit.PDFDocument, draw: () => void): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Buffer[] = []
  const whole = new Promise<Uint8Array<ArrayBuffer>>((done, fail) => {
    pdf.on('data', (part: Buffer) => parts.push(part))
    pdf.on('end', () => done(Uint8Array.from(Buffer.concat(parts))))
    pdf.on('error', fail)
  })
  draw()
  pdf.end()
  return await whole
}
