/**
 * How texts fit a width, in the fonts "regular" and "bold" of a document. The library lays each text out anew every time
 * it is asked, which takes longer than all the drawing; the texts of a bill come again and again.
 */
import 'server-only'

export interface Face {
  readonly size: number
  readonly bold: boolean
}
export interface Box extends Face {
  readonly width: number
}

export interface TextFit {
  readonly width: (text: string, face: Face) => number
  /** At least one line. Breaks after spaces and hyphens and inside a word that is wider than a line. */
  readonly lines: (text: string, box: Box) => readonly string[]
  readonly lineHeight: (face: Face) => number
  readonly height: (text: string, box: Box) => number
}

const LINE_GAP = 0.5
/** Widths scale with the size, so that they are measured once a font. */
const MEASURED_SIZE = 100

/** Words, and every other character by itself: what texts of a bill have in common. */
const PIECES = /[\p{L}\p{M}]+|[^\p{L}\p{M}]/gu

export function textFit(pdf: PDFKit.PDFDocument): TextFit {
  const pieces = { regular: new Map<string, number>(), bold: new Map<string, number>() }
  const lineHeights = new Map<boolean, number>()
  const fits = new Map<string, readonly string[]>()
  const measuring = (bold: boolean) => pdf.font(bold ? 'bold' : 'regular').fontSize(MEASURED_SIZE)
  const pieceWidth = (text: string, bold: boolean): number => {
    const known = pieces[bold ? 'bold' : 'regular']
    const width = known.get(text) ?? measuring(bold).widthOfString(text) / MEASURED_SIZE
    known.set(text, width)
    return width
  }
  /** Short of the kerning between pieces, some hundredths of a point: enough to say where a line breaks. */
  const aboutWidth = (text: string, { size, bold }: Face) =>
    (text.match(PIECES) ?? []).reduce((sum, piece) => sum + pieceWidth(piece, bold), 0) * size
  const lines = (text: string, box: Box): readonly string[] => {
    const key = `${box.size} ${box.width} ${box.bold} ${text}`
    const before = fits.get(key)
    if (before !== undefined) return before
    const broken = text.split('\n').flatMap((part) => broke(part, (of) => aboutWidth(of, box) <= box.width))
    fits.set(key, broken)
    return broken
  }
  const lineHeight = ({ size, bold }: Face): number => {
    const height = lineHeights.get(bold) ?? measuring(bold).currentLineHeight(true) / MEASURED_SIZE
    lineHeights.set(bold, height)
    return height * size + LINE_GAP
  }
  return {
    width: (text, { size, bold }) => (measuring(bold).widthOfString(text) / MEASURED_SIZE) * size,
    lines,
    lineHeight,
    height: (text, box) => lines(text, box).length * lineHeight(box),
  }
}

/** Greedy: each line takes the words that still fit. */
function broke(text: string, fits: (text: string) => boolean): string[] {
  if (fits(text)) return [text]
  const done: string[] = []
  let line = ''
  for (const word of text.match(/[^\s\-/]*(?:[-/]+|\s+)?/g) ?? []) {
    if (fits((line + word).trimEnd())) {
      line += word
      continue
    }
    if (line !== '') done.push(line.trimEnd())
    line = word
    while (!fits(line.trimEnd())) {
      const letters = [...line]
      let count = letters.length - 1
      while (count > 1 && !fits(letters.slice(0, count).join(''))) count -= 1
      if (count < 1) break
      done.push(letters.slice(0, count).join(''))
      line = letters.slice(count).join('')
    }
  }
  return line === '' && done.length > 0 ? done : [...done, line.trimEnd()]
}
