/** What the advisor's screen is given. */
import type { AdvisorAnswers, AdvisorResult, Decision } from '../../../lib/core/simulate/advisor/decide'
import type { QualityIndex } from '../../../lib/core/simulate/advisor/quality-index'
import type { advisor } from '../messages/advisor'

export interface ProjectShown {
  readonly project: string
  readonly spend: string
  readonly answers: AdvisorAnswers
  readonly answered: { readonly by: string; readonly at: string } | null
  readonly decision: Decision
}

export interface OptionShown {
  readonly kind: Exclude<AdvisorResult, 'no_model'>
  readonly model: string
  readonly where: string
  readonly cost: { readonly low: string; readonly likely: string; readonly high: string } | null
  readonly refused: string | null
  readonly quality: QualityIndex
  readonly licence: string | null
  readonly contextTokens: number | null
  readonly weightsGb: number | null
  readonly stays: string
  readonly notes: readonly (keyof typeof advisor.notes)[]
  readonly belowFloor: boolean
  readonly question: string
}

export interface AdviceShown {
  readonly project: ProjectShown
  readonly options: readonly OptionShown[]
  readonly chosen: OptionShown | null
}
