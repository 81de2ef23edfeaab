/** What differs between today's model and a target for the same work: given with the question, measured, or a stated prior. */
import { type Assumption, fact, given } from './assumption'
import { cacheRuleOf, WRITES_PER_READ } from './replay/cache-rule'
import { inputRange, outputRange, type PairRange } from './replay/model-pair'
import { type Ratio, ratioFromText } from './replay/ratio'
import type { Changes, HostedTarget } from './replay/target-price'
import type { UsageSlice } from './replay/usage-slice'
import type { ScenarioAssumptions } from './scenario'

type Place = Pick<UsageSlice, 'host' | 'model'>
type FactorName = 'output_ratio' | 'input_ratio' | 'cache_kept' | 'cache_writes_per_read'
type Factor = Pick<PairRange, 'low' | 'likely' | 'high'>

const FACTORS = ['output_ratio', 'input_ratio', 'cache_kept', 'cache_writes_per_read'] as const
const UNITS: Readonly<Record<FactorName, string>> = {
  output_ratio: '× output tokens',
  input_ratio: '× prompt tokens',
  cache_kept: '× cache hits',
  cache_writes_per_read: 'tokens written per token read',
}

function rangeOf(name: FactorName, from: Place, target: HostedTarget): PairRange {
  switch (name) {
    case 'output_ratio':
      return outputRange(from.model, target.model)
    case 'input_ratio':
      return inputRange(from.model, target.model)
    case 'cache_kept': {
      const rule = cacheRuleOf(target.host, target.model)
      if (from.host === target.host)
        return { ...ALL, source: 'The same host caches as it does today', checkedOn: rule.checkedOn }
      return { ...rule.kept, source: rule.source, checkedOn: rule.checkedOn }
    }
    case 'cache_writes_per_read':
      return WRITES_PER_READ
  }
}

const ALL: Factor = { low: '1', likely: '1', high: '1' }

/** Part of the moved calls that is asked again where it was. */
export function escalationShare({ escalation }: ScenarioAssumptions): Ratio | undefined {
  return escalation === undefined ? undefined : ratioFromText(escalation)
}

/** The changes for calls that move to `target`; remembers them by today's model. */
export function changesTo(target: HostedTarget, assumptions: ScenarioAssumptions): (slice: Place) => Changes {
  const known = new Map<string, Changes>()
  return (slice) => {
    const key = `${slice.host}\n${slice.model}`
    let changes = known.get(key)
    if (changes === undefined) {
      const at = (end: keyof Factor, kept: keyof Factor) => {
        const value = (name: FactorName, which: keyof Factor) =>
          ratioFromText((assumptions[name] ?? rangeOf(name, slice, target))[which])
        return {
          input: value('input_ratio', end),
          output: value('output_ratio', end),
          cacheKept: value('cache_kept', kept),
          writesPerRead: value('cache_writes_per_read', end),
        }
      }
      // Fewer cache hits cost more, so the dear case takes the low share.
      changes = { low: at('low', 'high'), likely: at('likely', 'likely'), high: at('high', 'low') }
      known.set(key, changes)
    }
    return changes
  }
}

/** One line a factor and distinct range, naming the models it is for. */
export function changeAssumptions(
  pairs: readonly { readonly from: Place; readonly target: HostedTarget }[],
  assumptions: ScenarioAssumptions,
): Assumption[] {
  const list: Assumption[] = []
  for (const name of FACTORS) {
    const own = assumptions[name]
    if (own !== undefined) {
      list.push(given(name, rangeText(own), UNITS[name]))
      continue
    }
    if (name === 'cache_writes_per_read') continue
    const byRange = new Map<string, { readonly range: PairRange; readonly models: Set<string> }>()
    for (const { from, target } of pairs) {
      const range = rangeOf(name, from, target)
      const key = JSON.stringify(range)
      const known = byRange.get(key) ?? { range, models: new Set() }
      byRange.set(key, known)
      known.models.add(name === 'cache_kept' ? target.host : `${from.model} → ${target.model}`)
    }
    for (const { range, models } of byRange.values()) {
      list.push({
        ...fact(name, rangeText(range), UNITS[name], range.source, range.checkedOn),
        applies_to: namesText([...models]),
      })
    }
  }
  return list
}

const MOST_NAMES = 2

function namesText(names: readonly string[]): string {
  const rest = names.length - MOST_NAMES
  return rest > 0 ? `${names.slice(0, MOST_NAMES).join(', ')} + ${rest}` : names.join(', ')
}

function rangeText({ low, likely, high }: Factor): string {
  return low === likely && high === likely ? likely : `${likely} (${low} to ${high})`
}
