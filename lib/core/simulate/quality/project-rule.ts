/** What a project allows of a target: how good it must be at least, and where its data may go. */
import { z } from 'zod'
import table from '../data/residency.json' with { type: 'json' }
import { NO_NAME } from '../replay/move-select'
import type { HostedTarget } from '../replay/target-price'
import type { UsageSlice } from '../replay/usage-slice'
import { qualityOfName } from './quality-of-name'

/** `eu`, `us`: only there. `not_cn`: anywhere known but China. `own`: it may not leave own machines. */
export const RESIDENCIES = ['anywhere', 'not_cn', 'us', 'eu', 'own'] as const
export type Residency = (typeof RESIDENCIES)[number]

export interface ProjectRule {
  /** Least quality index; `today` is that of the model that answers now; null is none. */
  readonly qualityFloor: number | 'today' | null
  readonly residency: Residency
}

export interface ProjectRules {
  readonly byProject: ReadonlyMap<string, ProjectRule>
  readonly others: ProjectRule
}

const hosts = z
  .object({ hosts: z.record(z.string(), z.object({ regions: z.array(z.string()), source: z.string() })) })
  .parse(table).hosts

/** Rules as a question writes them. */
export function rulesFrom(
  projects: readonly {
    readonly project: string
    readonly quality_floor: ProjectRule['qualityFloor']
    readonly residency: Residency
  }[],
  others: { readonly quality_floor: ProjectRule['qualityFloor']; readonly residency: Residency } = NO_RULE,
): ProjectRules {
  return {
    others: { qualityFloor: others.quality_floor, residency: others.residency },
    byProject: new Map(
      projects.map((rule) => [rule.project, { qualityFloor: rule.quality_floor, residency: rule.residency }]),
    ),
  }
}

const NO_RULE = { quality_floor: null, residency: 'anywhere' } as const

export function ruleOf(rules: ProjectRules, project: string | null): ProjectRule {
  return rules.byProject.get(project ?? NO_NAME) ?? rules.others
}

/** Why a rule keeps calls from a target; null when it does not. An unknown quality or place does not meet a rule. */
export function refusalOf(
  rule: ProjectRule,
  slice: Pick<UsageSlice, 'model'>,
  target: Pick<HostedTarget, 'host' | 'model'>,
): 'data_residency' | 'quality_floor' | null {
  if (!mayGo(rule.residency, hosts[target.host]?.regions)) return 'data_residency'
  return meets(rule.qualityFloor, slice.model, target.model) ? null : 'quality_floor'
}

function mayGo(residency: Residency, regions: readonly string[] | undefined): boolean {
  if (residency === 'anywhere') return true
  if (residency === 'own' || regions === undefined) return false
  if (regions.includes('choice')) return true
  if (residency === 'not_cn') return !regions.includes('cn')
  return regions.every((region) => region === residency)
}

function meets(floor: ProjectRule['qualityFloor'], today: string, target: string): boolean {
  if (floor === null) return true
  const then = qualityOfName(target).value
  if (then === null) return false
  if (floor !== 'today') return then.index >= floor
  const now = qualityOfName(today).value
  return now !== null && then.index >= now.index
}
