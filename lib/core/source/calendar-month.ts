/** Months as reports write them. */

export interface CalendarMonth {
  /** Its first day, and that of the month after it: "2026-12-01", "2027-01-01". */
  readonly first: string
  readonly next: string
}

/** Of "2026-12"; null for other text. */
export function calendarMonth(text: string): CalendarMonth | null {
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text) ?? []
  if (year === undefined || month === undefined) return null
  const next = Number.parseInt(year, 10) * 12 + Number.parseInt(month, 10)
  return { first: `${text}-01`, next: `${Math.floor(next / 12)}-${String((next % 12) + 1).padStart(2, '0')}-01` }
}
