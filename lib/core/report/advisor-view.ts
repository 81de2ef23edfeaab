/** The advisor's answers as the API and its screen hold them. Money is decimal text in dollars. */
import type { AdvisorAnswers, AdvisorResult, Decision } from '../simulate/advisor/decide'
import type { QualityIndex } from '../simulate/advisor/quality-index'

export interface AdvisorProject {
  readonly project: string
  /** Today, a month. */
  readonly spend: string
  readonly answers: AdvisorAnswers
  readonly answered: { readonly by: string; readonly at: string } | null
  readonly decision: Decision
}

export interface AdvisorOption {
  readonly kind: Exclude<AdvisorResult, 'no_model'>
  readonly model: string
  /** A host, or GPUs as "8 × H200". */
  readonly where: string
  /** A month; null when it cannot be answered, with the reason. */
  readonly cost: { readonly low: string; readonly likely: string; readonly high: string } | null
  readonly refused: string | null
  readonly quality: QualityIndex
  readonly licence: string | null
  readonly contextTokens: number | null
  /** Weights at the native precision, gigabytes of GPU memory. */
  readonly weightsGb: number | null
  /** Calls that would stay where they are, of all. */
  readonly stays: string
  readonly notes: readonly ('deepseek_rarely_pays' | 'r1_hardware' | 'data_leaves_with_spill')[]
  /** Below the floor that was asked for, or of unknown quality under a floor. */
  readonly belowFloor: boolean
  readonly question: string
}

export interface Advice {
  readonly project: AdvisorProject
  readonly options: readonly AdvisorOption[]
  readonly chosen: AdvisorOption | null
}
