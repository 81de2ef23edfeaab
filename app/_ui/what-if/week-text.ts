import { compactCount } from '../../../lib/core/report/format'
import { t } from '../messages/en'

/** Tokens per second with three significant digits. */
export function rateText(rate: number): string {
  return rate >= 100
    ? compactCount(Math.round(rate).toString())
    : rate >= 10
      ? rate.toFixed(0)
      : rate === 0
        ? '0'
        : rate.toFixed(1)
}

/** "Tue 14:00" for an hour of the week. */
export function slotName(slot: number): string {
  return `${t.whatIf.weekdays[Math.floor(slot / 24)] ?? ''} ${String(slot % 24).padStart(2, '0')}:00`
}
