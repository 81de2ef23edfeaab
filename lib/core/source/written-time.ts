/** Times as programs write them for people, month in words: "Sun, 01 Mar 2026 10:00:00 GMT", "Sun Mar 01 2026 10:00:00 GMT+0100 (…)". */

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const ZONE = '(?:GMT|UTC)?([+-]\\d{4})?'
/** RFC 5322, as mail and HTTP write it. */
const MAIL = new RegExp(`^(?:[a-z]{3}, )?(\\d{1,2}) ([a-z]{3})[a-z]* (\\d{4}) (\\d{2}:\\d{2}:\\d{2}) ${ZONE}$`, 'i')
/** What JavaScript makes of a date. */
const SCRIPT = new RegExp(
  `^[a-z]{3} ([a-z]{3}) (\\d{2}) (\\d{4}) (\\d{2}:\\d{2}:\\d{2}) ${ZONE}(?: \\([^)]*\\))?$`,
  'i',
)

/** The time in RFC 3339; null for text in no such form, and for one that tells no zone. */
export function isoOfWritten(text: string): string | null {
  const mail = MAIL.exec(text)
  const script = mail === null ? SCRIPT.exec(text) : null
  const [, day, month, year, clock, offset] = mail ?? []
  const parts = script === null ? [day, month, year, clock, offset] : [script[2], script[1], ...script.slice(3)]
  const [d = '', m = '', y = '', time = '', zone] = parts
  const index = MONTHS.indexOf(m.toLowerCase())
  if (index < 0 || (zone === undefined && !/ (?:GMT|UTC)/i.test(text))) return null
  return `${y}-${String(index + 1).padStart(2, '0')}-${d.padStart(2, '0')}T${time}${zone ?? 'Z'}`
}
