/**
 * The books as a plain program would keep them: every row that an import told, in order, and what follows from them by the
 * rules of docs/duplicates.md. It shares no code with the product, so that the two can be held against each other.
 */

/** How rows of one identity are settled: the first stays, the newest counts, or the one with most tokens. */
export type Rule = 'first' | 'newest' | 'largest'

export interface ToldRow {
  /** Identity of the call or bucket. */
  readonly key: string
  readonly rule: Rule
  readonly ts: string
  readonly model: string
  readonly input: number
  readonly output: number
}

interface Telling extends ToldRow {
  readonly from: string
  readonly source: string
}

interface Decision {
  readonly no: number
  readonly from: string
  readonly to: string
  readonly source: string
}

/** A rate of input from an instant on, in billionths of a dollar per million tokens. The last that holds is used. */
interface Rate {
  readonly model: string
  readonly from: string
  readonly nano: bigint
}

const LIST: Readonly<Record<string, { readonly input: bigint; readonly output: bigint }>> = {
  'gpt-5': { input: 1_250_000_000n, output: 10_000_000_000n },
  'gpt-5-mini': { input: 250_000_000n, output: 2_000_000_000n },
}

export interface MonthTotals {
  records: number
  input: bigint
  output: bigint
  /** 10^-18 dollars. */
  cost: bigint
}

export class BooksModel {
  private tellings: Telling[] = []
  private rates: Rate[] = []
  decisions: Decision[] = []

  /** Takes a row as the next of an import; answers whether it is refused as a contradiction. */
  tell(row: ToldRow, from: string, source: string): 'taken' | 'refused' {
    const stored = this.current(row.key)
    if (row.rule === 'first' && stored !== null && !isSame(stored, row)) return 'refused'
    this.tellings.push({ ...row, from, source })
    return 'taken'
  }

  undo(from: string): void {
    this.tellings = this.tellings.filter((one) => one.from !== from)
  }

  price(rate: Rate): void {
    this.rates.push(rate)
  }

  keys(): string[] {
    return [...new Set(this.tellings.map((one) => one.key))]
  }

  /** Sources that told something of a period. */
  sources(from: string, to: string): string[] {
    return [...new Set(this.tellings.filter((one) => isWithin(one.ts, from, to)).map((one) => one.source))].sort()
  }

  months(): Map<string, MonthTotals> {
    const months = new Map<string, MonthTotals>()
    for (const key of this.keys()) {
      const row = this.current(key)
      if (row === null || !this.counts(row)) continue
      const month = row.ts.slice(0, 7)
      const sums = months.get(month) ?? { records: 0, input: 0n, output: 0n, cost: 0n }
      const cost = this.costOf(row)
      sums.records += 1
      sums.input += BigInt(row.input)
      sums.output += BigInt(row.output)
      sums.cost += cost ?? 0n
      months.set(month, sums)
    }
    return months
  }

  /** What stands for an identity now; null when nothing does. */
  private current(key: string): Telling | null {
    let stored: Telling | null = null
    for (const one of this.tellings) {
      if (one.key !== key) continue
      if (stored === null) stored = one
      else if (one.rule === 'newest' && !isSame(stored, one)) stored = one
      else if (one.rule === 'largest' && one.input + one.output > stored.input + stored.output) stored = one
    }
    return stored
  }

  private counts(row: Telling): boolean {
    const decision = this.decisions.find((one) => isWithin(row.ts, one.from, one.to))
    if (decision === undefined) return true
    return this.tellings.some((one) => one.key === row.key && one.source === decision.source)
  }

  private costOf(row: ToldRow): bigint | null {
    // Prices know a model however its name is cased.
    const model = row.model.toLowerCase()
    const own = this.rates.filter((rate) => rate.model === model && row.ts >= rate.from).at(-1)
    const list = LIST[model]
    const input = own?.nano ?? list?.input
    if (input === undefined) return null
    return (BigInt(row.input) * input + BigInt(row.output) * (list?.output ?? 0n)) * 1_000n
  }
}

const isWithin = (ts: string, from: string, to: string) => ts >= from && ts < to

function isSame(a: ToldRow, b: ToldRow): boolean {
  return a.ts === b.ts && a.model === b.model && a.input === b.input && a.output === b.output
}

/** 10^-18 dollars as decimal text without needless digits. */
export function dollars(atto: bigint): string {
  const digits = (atto < 0n ? -atto : atto).toString().padStart(19, '0')
  const fraction = digits.slice(-18).replace(/0+$/, '')
  return `${atto < 0n ? '-' : ''}${digits.slice(0, -18)}${fraction === '' ? '' : `.${fraction}`}`
}
