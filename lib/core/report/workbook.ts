/**
 * The files of a workbook (Office Open XML) with one sheet, a row at a time. Text is a typed cell, which no spreadsheet
 * takes for a formula; no cell has one.
 */
export interface WorkbookFile {
  readonly name: string
  readonly text: Iterable<string>
}

export interface SheetColumn {
  readonly name: string
  readonly type: 'text' | 'number'
}

/** Plain text or decimal text by column; absent cells are empty. */
export type SheetRow = Partial<Readonly<Record<string, string>>>

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
const WIDTH = { text: 20, number: 16 } as const
/** Digits a spreadsheet's binary numbers hold without loss; a figure with more stays text, so that nothing is rounded unseen. */
const SAFE_DIGITS = 15
/** What a cell may hold. */
const MAX_CHARACTERS = 32_767

/** @param title at most 31 letters, digits and hyphens */
export function workbook(
  title: string,
  columns: readonly SheetColumn[],
  rows: Iterable<SheetRow>,
): readonly WorkbookFile[] {
  return [
    {
      name: '[Content_Types].xml',
      text: [
        `${HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">`,
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>',
        `<Override PartName="/xl/workbook.xml" ContentType="${TYPES}.sheet.main+xml"/>`,
        `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPES}.worksheet+xml"/>`,
        `<Override PartName="/xl/styles.xml" ContentType="${TYPES}.styles+xml"/></Types>`,
      ],
    },
    { name: '_rels/.rels', text: relations([['officeDocument', 'xl/workbook.xml']]) },
    {
      name: 'xl/workbook.xml',
      text: [
        `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}">`,
        `<sheets><sheet name="${escaped(title)}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
      ],
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      text: relations([
        ['worksheet', 'worksheets/sheet1.xml'],
        ['styles', 'styles.xml'],
      ]),
    },
    { name: 'xl/styles.xml', text: [STYLES] },
    { name: 'xl/worksheets/sheet1.xml', text: sheet(columns, rows) },
  ]
}

function relations(to: readonly (readonly [type: string, target: string])[]): string[] {
  const each = to.map(
    ([type, target], index) => `<Relationship Id="rId${index + 1}" Type="${OFFICE}/${type}" Target="${target}"/>`,
  )
  return [`${HEAD}<Relationships xmlns="${RELATIONS}">${each.join('')}</Relationships>`]
}

/** Style 1 is the bold head. */
const STYLES = [
  `${HEAD}<styleSheet xmlns="${MAIN}">`,
  '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>',
  '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>',
  '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>',
  '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>',
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>',
  '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
  '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs></styleSheet>',
].join('')

function* sheet(columns: readonly SheetColumn[], rows: Iterable<SheetRow>): Generator<string, void, undefined> {
  yield `${HEAD}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0">`
  yield '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>'
  for (const [index, { type }] of columns.entries()) {
    yield `<col min="${index + 1}" max="${index + 1}" width="${WIDTH[type]}" customWidth="1"/>`
  }
  yield '</cols><sheetData>'
  const heads = columns.map(({ name }, index) => textCell(`${columnName(index)}1`, name, ' s="1"'))
  yield `<row r="1">${heads.join('')}</row>`
  let no = 1
  for (const row of rows) {
    no += 1
    const cells = columns.map(({ name, type }, index) => cell(`${columnName(index)}${no}`, row[name], type))
    yield `<row r="${no}">${cells.join('')}</row>`
  }
  yield '</sheetData></worksheet>'
}

function cell(at: string, text: string | undefined, type: SheetColumn['type']): string {
  if (text === undefined || text === '') return ''
  const digits = text.replace(/[^0-9]/g, '').replace(/^0+/, '')
  return type === 'text' || digits.length > SAFE_DIGITS ? textCell(at, text) : `<c r="${at}"><v>${text}</v></c>`
}

function textCell(at: string, text: string, style = ''): string {
  const cut = text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS - 1)}…` : text
  return `<c r="${at}"${style} t="inlineStr"><is><t xml:space="preserve">${escaped(cut)}</t></is></c>`
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** What XML forbids is written as the format's own `_x0007_`, and text that reads like one is told from it. */
function escaped(text: string): string {
  return text
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(/[\p{Cc}\ufffe\uffff]/gu, (one) => {
      if (one === '\t' || one === '\n') return one
      const code = (one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
      return `_x${code}_`
    })
    .replace(/[&<>"]/g, (one) => ENTITIES[one] ?? one)
}

/** A, B, … Z, AA. */
function columnName(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26))
  return index < 26 ? letter : columnName(Math.floor(index / 26) - 1) + letter
}
