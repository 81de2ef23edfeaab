/**
 * Times as programs write them for people and that can be read in one way only: the month in words ("Sun, 01 Mar 2026 10:00:00 GMT",
 * "Sun Mar 01 2026 10:00:00 GMT+0100 (…)"), the year first with slashes, the fraction after a comma, the zone by name.
 */

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const ZONE = '(?:GMT|UTC)?([+-]\\d{4})?'
/** RFC 5322, as mail and HTTP write it. */
const MAIL = new RegExp(`^(?:[a-z]{3}, )?(\\d{1,2}) ([a-z]{3})[a-z]* (\\d{4}) (\\d{2}:\\d{2}:\\d{2}) ${ZONE}$`, 'i')
/** What JavaScript makes of a date. */
const SCRIPT = new RegExp(
  `^[a-z]{3} ([a-z]{3}) (\\d{2}) (\\d{4}) (\\d{2}:\\d{2}:\\d{2}) ${ZONE}(?: \\([^)]*\\))?$`,
  'i',
)

/** "2026/9/15 12:00:00", "2026-09-15 12:00:00,123", "2026-09-15 12:00:00 +0000 UTC"; in local time where it names no zone. */
const YEAR_FIRST =
  /^(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?:[T ](\d{1,2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,9}))?)? ?(Z|GMT|UTC|[+-]\d{2}:?\d{2}(?: UTC)?)?$/

/** The time as ISO 8601 writes it; null for text in no such form, and for a month in words without a zone. */
export function isoOfWritten(text: string): string | null {
  return isoOfYearFirst(text) ?? isoOfWords(text)
}

function isoOfYearFirst(text: string): string | null {
  const match = YEAR_FIRST.exec(text)
  if (match === null) return null
  const [, year = '', , month = '', day = '', clock, fraction, zone] = match
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  if (clock === undefined) return zone === undefined ? date : null
  const part = fraction === undefined ? '' : `.${fraction}`
  const offset = zone === undefined ? '' : /^[A-Z]+$/.test(zone) ? 'Z' : zone.replace(' UTC', '')
  return `${date}T${clock.padStart(clock.length < 6 ? 5 : 8, '0')}${part}${offset}`
}

function isoOfWords(text: string): string | null {
  const mail = MAIL.exec(text)
  const script = mail === null ? SCRIPT.exec(text) : null
  const [, day, month, year, clock, offset] = mail ?? []
  const parts = script === null ? [day, month, year, clock, offset] : [script[2], script[1], ...script.slice(3)]
  const [d = '', m = '', y = '', time = '', zone] = parts
  const index = MONTHS.indexOf(m.toLowerCase())
  if (index < 0 || (zone === undefined && !/ (?:GMT|UTC)/i.test(text))) return null
  return `${y}-${String(index + 1).padStart(2, '0')}-${d.padStart(2, '0')}T${time}${zone ?? 'Z'}`
}
