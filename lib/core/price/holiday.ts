/**
 * Holiday calendars that price windows name. A day is a number of days since 1970-01-01 on the host's local calendar.
 */
import { DAY_MS } from '../time/instant'

/** Inclusive ranges of days off, as the notice lists them. */
type DayRange = readonly [first: string, last: string]

/**
 * China: days off announced by the General Office of the State Council each November for the next year. Weekend days
 * that become working days are not listed: a window that names weekdays counts them as the weekdays they are.
 */
const CN: readonly { readonly source: string; readonly checkedOn: string; readonly daysOff: readonly DayRange[] }[] = [
  {
    // Notice 国办发明电〔2024〕12号 of 2024-11-12.
    source: 'https://www.gov.cn/zhengce/zhengceku/202411/content_6986383.htm',
    checkedOn: '2026-11-23',
    daysOff: [
      ['2025-01-01', '2025-01-01'],
      ['2025-01-28', '2025-02-04'],
      ['2025-04-04', '2025-04-06'],
      ['2025-05-01', '2025-05-05'],
      ['2025-05-31', '2025-06-02'],
      ['2025-10-01', '2025-10-08'],
    ],
  },
  {
    // Notice 国办发明电〔2025〕7号 of 2025-11-04.
    source: 'https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm',
    checkedOn: '2026-11-23',
    daysOff: [
      ['2026-01-01', '2026-01-03'],
      ['2026-02-15', '2026-02-23'],
      ['2026-04-04', '2026-04-06'],
      ['2026-05-01', '2026-05-05'],
      ['2026-06-19', '2026-06-21'],
      ['2026-09-25', '2026-09-27'],
      ['2026-10-01', '2026-10-07'],
    ],
  },
  {
    // The notice for 2027 is not out. Only the days the regulation itself fixes (State Council order 795), by the lunar
    // calendar where it says so; the days around them are added when announced.
    source: 'https://www.gov.cn/zhengce/content/202411/content_6986380.htm',
    checkedOn: '2026-11-23',
    daysOff: [
      ['2027-01-01', '2027-01-01'],
      ['2027-02-05', '2027-02-08'],
      ['2027-04-05', '2027-04-05'],
      ['2027-05-01', '2027-05-02'],
      ['2027-06-09', '2027-06-09'],
      ['2027-09-15', '2027-09-15'],
      ['2027-10-01', '2027-10-03'],
    ],
  },
]

function daysOf(years: typeof CN): ReadonlySet<number> {
  const days = new Set<number>()
  for (const { daysOff } of years) {
    for (const [first, last] of daysOff) {
      for (let day = dayNumber(first); day <= dayNumber(last); day += 1) days.add(day)
    }
  }
  return days
}

function dayNumber(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS
}

export const HOLIDAYS: Readonly<Record<'cn', ReadonlySet<number>>> = { cn: daysOf(CN) }
