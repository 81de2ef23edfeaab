/** Exchange rates and converted totals as the API and the screens hold them. Decimal text throughout. */
import type { DayRate } from '../money/exchange'

export interface ExchangeRateView extends DayRate {
  readonly entered_by: string
}

/** A bill's total in the workspace's display currency, with every rate it was made with. */
export interface ConvertedTotal {
  readonly currency: string
  /** Null when a day has no rate; `missing` says which. */
  readonly amount: string | null
  readonly missing: readonly string[]
  readonly rates: readonly DayRate[]
}
