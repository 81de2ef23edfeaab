/** How a column writes its times, decided over all its rows; and times of a decided style as instants. */
import { DAY_MS, type InstantMs, parseInstant } from '../../time/instant'
import { utcOfLocal } from '../local-time'
import { DATE_STYLES, type DateStyle } from './spec'

const TIME = '(?:[ ,T]+(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?\\s*([AaPp])?\\.?[Mm]?\\.?)?'
const NUMERIC = new RegExp(`^(\\d{1,2})[/.-](\\d{1,2})[/.-](\\d{4}|\\d{2})${TIME}$`)
const YEAR_FIRST = new RegExp(`^(\\d{4})[/.](\\d{1,2})[/.](\\d{1,2})${TIME}$`)
const DAY_NAMED = new RegExp(`^(\\d{1,2})\\.?[ -]([A-Za-z]{3,9})\\.?,?[ -](\\d{4})${TIME}$`)
const MONTH_NAMED = new RegExp(`^([A-Za-z]{3,9})\\.? (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})${TIME}$`)
const EPOCH = /^1\d{8,18}(?:\.\d+)?$/
const SERIAL = /^(\d{5})(?:[.,](\d{1,12}))?$/
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
/** Day 25569 of a spreadsheet is 1970-01-01. */
const SERIAL_OF_1970 = 25_569

export type ReadTime =
  | {
      readonly ok: true
      readonly ms: InstantMs
      readonly zoneless: boolean
      /** The clock of the zone showed it twice; it is the earlier. */
      readonly twice?: boolean
    }
  | { readonly ok: false; readonly why: 'not-this-style' | 'impossible' | 'gap' }

const NOT_THIS_STYLE = { ok: false, why: 'not-this-style' } as const
const IMPOSSIBLE = { ok: false, why: 'impossible' } as const

/** A time in a decided style; one without an offset is read in `zone`. */
export function readTime(text: string, style: DateStyle, zone: string | null): ReadTime {
  const wall = wallTime(text.trim(), style)
  if (!wall.ok || !wall.zoneless || zone === null || zone === 'UTC') return wall
  const local = utcOfLocal(wall.ms, zone)
  return local.kind === 'gap'
    ? { ok: false, why: 'gap' }
    : { ok: true, ms: local.ms, zoneless: true, twice: local.kind === 'twice' }
}

function wallTime(text: string, style: DateStyle): ReadTime {
  switch (style) {
    case 'iso': {
      if (EPOCH.test(text)) return { ok: true, ms: epochMs(text), zoneless: false }
      const parsed = parseInstant(text.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3'), 'utc')
      if (parsed.ok)
        return { ok: true, ms: parsed.value, zoneless: !/(?:[Zz]|UTC|[+-]\d{2}:?\d{2})$/.test(text.slice(10)) }
      return parsed.error === 'IMPOSSIBLE_DATE' ? IMPOSSIBLE : NOT_THIS_STYLE
    }
    case 'serial': {
      const found = SERIAL.exec(text)
      if (found === null) return NOT_THIS_STYLE
      const days = Number.parseInt(found[1] as string, 10) - SERIAL_OF_1970
      const billionths = Number.parseInt((found[2] ?? '').padEnd(9, '0').slice(0, 9), 10)
      // Spreadsheets keep times to the second at best.
      const ms = days * DAY_MS + Math.round((billionths * 86_400) / 1_000_000_000) * 1000
      return { ok: true, ms, zoneless: true }
    }
    case 'ymd': {
      const found = YEAR_FIRST.exec(text)
      return found === null ? NOT_THIS_STYLE : composed([found[1], found[2], found[3]], found.slice(4))
    }
    case 'named': {
      const dayFirst = DAY_NAMED.exec(text)
      const found = dayFirst ?? MONTH_NAMED.exec(text)
      if (found === null) return NOT_THIS_STYLE
      const [day, name] = dayFirst === null ? [found[2], found[1]] : [found[1], found[2]]
      const month = MONTHS.indexOf((name as string).slice(0, 3).toLowerCase()) + 1
      return month === 0 ? NOT_THIS_STYLE : composed([found[3], String(month), day], found.slice(4))
    }
    default: {
      const found = NUMERIC.exec(text)
      if (found === null) return NOT_THIS_STYLE
      const [, first, second, year] = found
      const full = (year as string).length === 2 ? `20${year}` : year
      const [month, day] = style === 'mdy' ? [first, second] : [second, first]
      return composed([full, month, day], found.slice(4))
    }
  }
}

function composed(date: readonly (string | undefined)[], time: readonly (string | undefined)[]): ReadTime {
  const [year = 0, month = 0, day = 0] = date.map((part) => Number.parseInt(part ?? '0', 10))
  const [hourText, minuteText, secondText, fraction, half] = time
  let hour = Number.parseInt(hourText ?? '0', 10)
  if (half !== undefined && (hour < 1 || hour > 12)) return IMPOSSIBLE
  if (half?.toLowerCase() === 'p' && hour < 12) hour += 12
  if (half?.toLowerCase() === 'a' && hour === 12) hour = 0
  const pad = (value: number | string) => String(value).padStart(2, '0')
  const clock = `${pad(hour)}:${pad(minuteText ?? '0')}:${pad(secondText ?? '0')}${fraction === undefined ? '' : `.${fraction}`}`
  const parsed = parseInstant(`${year}-${pad(month)}-${pad(day)}T${clock}`, 'utc')
  return parsed.ok ? { ok: true, ms: parsed.value, zoneless: true } : IMPOSSIBLE
}

function epochMs(text: string): InstantMs {
  const [whole = '', fraction = ''] = text.split('.')
  if (whole.length <= 10) return Number.parseInt(whole + fraction.padEnd(3, '0').slice(0, 3), 10)
  return Number.parseInt(whole.slice(0, whole.length <= 13 ? 13 : whole.length <= 16 ? -3 : -6), 10)
}

/** Styles in which most rows can be read; with none, the column holds no times. */
export interface StylesOfDates {
  readonly fits: readonly DateStyle[]
  /** The style, when there is one and no other would read the rows differently. */
  readonly decided: DateStyle | null
  /** Some row has no offset: a zone must be known. */
  readonly needsZone: boolean
}

export function dateStylesOf(values: readonly string[]): StylesOfDates {
  const filled = values.map((text) => text.trim()).filter((text) => text !== '')
  const reading = DATE_STYLES.map((style) => ({
    style,
    times: filled.map((text) => readTime(text, style, null)),
  }))
  const all = reading.filter(({ times }) => times.length > 0 && times.every((time) => time.ok))
  const most =
    all.length > 0 ? all : reading.filter(({ times }) => times.filter((time) => time.ok).length * 2 > times.length)
  const first = most[0]
  const same = most.every(({ times }) =>
    times.every((time, at) => {
      const other = first?.times[at]
      return time.ok && other?.ok === true && time.ms === other.ms
    }),
  )
  return {
    fits: most.map(({ style }) => style),
    decided: first !== undefined && (most.length === 1 || same) ? first.style : null,
    needsZone: most.some(({ times }) => times.some((time) => time.ok && time.zoneless)),
  }
}
