/** Who bears a closed month, as text that is frozen beside its bill: the rules, the sharing, every centre and its statement. */
import { sumUsd, usdFromText, usdToText } from '../money/usd'
import type { Period } from '../time/instant'
import { canonicalJson } from './bill-digest'
import {
  buildChargeback,
  buildStatement,
  type ChargebackFigures,
  type ChargebackInput,
  type StatementView,
} from './chargeback'

export interface ClosedChargeback {
  readonly chargeback: ChargebackFigures
  readonly statements: readonly StatementView[]
}

export function closedChargebackOf(input: ChargebackInput, period: Period): ClosedChargeback {
  const chargeback = buildChargeback(input, period)
  return {
    chargeback,
    statements: chargeback.centres.flatMap((centre) => {
      const statement = buildStatement(input, centre.id)
      return statement === null ? [] : [statement]
    }),
  }
}

export function closedChargebackText(closed: ClosedChargeback): string {
  return canonicalJson(closed)
}

/** What a frozen chargeback says that does not fit its bill, or its own parts; null when all of it does. */
export function chargebackFault(
  { chargeback, statements }: ClosedChargeback,
  bill: { readonly exact_total: string | null; readonly total: string | null },
): { readonly what: string; readonly expected: string; readonly actual: string } | null {
  const parts = [...chargeback.centres, chargeback.left]
  const sums = [
    ['chargeback of the bill', bill.exact_total ?? chargeback.exact_amount, chargeback.exact_amount],
    ['chargeback of the bill in cents', bill.total ?? chargeback.amount, chargeback.amount],
    ['cost centres', chargeback.exact_amount, sumOf(parts.map((part) => part.exact_amount))],
    ['cost centres in cents', chargeback.amount, sumOf(parts.map((part) => part.amount))],
    ...statements.map((one) => {
      const lines = [...one.lines, ...(one.shared_line === null ? [] : [one.shared_line])]
      return [`statement of ${one.name}`, one.exact_amount, sumOf(lines.map((line) => line.exact_amount))] as const
    }),
  ] as const
  const wrong = sums.find(([, expected, actual]) => expected !== actual)
  return wrong === undefined ? null : { what: wrong[0], expected: wrong[1], actual: wrong[2] }
}

const sumOf = (texts: readonly string[]): string => usdToText(sumUsd(texts.map(usdFromText)))
