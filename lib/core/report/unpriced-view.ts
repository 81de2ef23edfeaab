/** A model whose records wait for a price, as the queue on the price book's screen shows it. */
import type { NearName } from '../price/near-names'

export interface UnpricedModelView {
  readonly host: string
  readonly model: string
  /** Digit strings. A record whose source does not count calls is one call. */
  readonly requests: string
  readonly tokens: string
  /** Why: a code of the closed list, like MODEL_UNKNOWN. */
  readonly reason: string
  /** Half-open days around every such record, YYYY-MM-DD. */
  readonly from: string
  readonly to: string
  /** The last of these days. */
  readonly lastDay: string
  /** To be confirmed by a person; empty when nothing is near. */
  readonly suggestions: readonly NearName[]
}
