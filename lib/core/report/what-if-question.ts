/**
 * The what-if question as it stands in the address bar. Every part has a default, unknown text falls back to it, and the
 * same address is the same question.
 */
import { GPU_CARDS } from '../simulate/cards/gpu-card'
import { findModelCard, MODEL_CARDS } from '../simulate/cards/model-card'
import { findPrecision } from '../simulate/cards/precision'
import { usualRent } from '../simulate/fleet/ownership'
import type { MoveSelect } from '../simulate/replay/move-select'
import type { ScenarioInput } from '../simulate/scenario'
import { isoOf, type Period } from '../time/instant'

export const POLICIES = ['peak', 'floor_spillover', 'autoscale'] as const
export const REALISM = ['0.4', '0.7', '1'] as const
export const SHARES = ['100', '90', '80', '70', '60', '50', '40', '30', '20', '10'] as const
export const OWN_PRECISIONS = ['mxfp4', 'fp8', 'bf16', 'fp4', 'gptq-int4', 'gguf-q4_k_m', 'gguf-q8_0'] as const
export const QUESTION_PARAMS = [
  'period',
  'share',
  'model',
  'project',
  'to',
  'target',
  'open',
  'precision',
  'gpu',
  'acquire',
  'rent',
  'policy',
  'realism',
  'view',
] as const

export const DEFAULT_TARGET = 'deepseek/deepseek-flash'
const DEFAULT_OPEN = 'gpt-oss-120b'
const DEFAULT_GPU = 'H100-SXM-80GB'

export interface WhatIfQuestion {
  /** Whole percent, 10 to 100. */
  readonly share: (typeof SHARES)[number]
  /** "host/model" of calls to move; null for all. */
  readonly model: string | null
  /** Project of calls to move, empty for those without one; null for all. */
  readonly project: string | null
  readonly to: 'hosted' | 'own'
  /** "host/model" of a hosted target. */
  readonly target: string
  readonly open: string
  readonly precision: (typeof OWN_PRECISIONS)[number]
  readonly gpu: string
  readonly acquire: 'rent' | 'buy'
  /** Dollars per GPU hour as decimal text; null when the card has no rent and none was given. */
  readonly rent: string | null
  readonly policy: (typeof POLICIES)[number]
  readonly realism: (typeof REALISM)[number]
}

function oneOf<Value extends string>(values: readonly Value[], text: string | undefined, fallback: Value): Value {
  return values.find((value) => value === text) ?? fallback
}

export function parseQuestion(
  params: Readonly<Partial<Record<(typeof QUESTION_PARAMS)[number], string>>>,
): WhatIfQuestion {
  const open = findModelCard(params.open ?? DEFAULT_OPEN) ?? findModelCard(DEFAULT_OPEN) ?? MODEL_CARDS[0]
  const gpu = GPU_CARDS.find((card) => card.name === params.gpu) ?? GPU_CARDS.find((card) => card.name === DEFAULT_GPU)
  if (open === undefined || gpu === undefined) throw new Error('the default cards are missing')
  const native = findPrecision(open.nativePrecision)?.name
  const given = params.rent !== undefined && /^\d{1,4}(\.\d{1,4})?$/.test(params.rent) ? params.rent : null
  return {
    share: oneOf(SHARES, params.share, '80'),
    model: params.model === undefined || params.model === '' ? null : params.model,
    project: params.project === undefined ? null : params.project,
    to: params.to === 'own' ? 'own' : 'hosted',
    target: params.target?.includes('/') === true ? params.target : DEFAULT_TARGET,
    open: open.name,
    precision: oneOf(
      OWN_PRECISIONS,
      params.precision,
      oneOf(OWN_PRECISIONS, native === 'int4' ? 'gptq-int4' : native, 'bf16'),
    ),
    gpu: gpu.name,
    acquire: params.acquire === 'buy' ? 'buy' : 'rent',
    rent: given ?? usualRent(gpu),
    policy: oneOf(POLICIES, params.policy, 'floor_spillover'),
    realism: oneOf(REALISM, params.realism, '0.7'),
  }
}

/** "host/model" into its parts; the model may hold slashes. */
export function splitTarget(text: string): { readonly host: string; readonly model: string } {
  const at = text.indexOf('/')
  return { host: text.slice(0, at), model: text.slice(at + 1) }
}

export function selectOf(question: WhatIfQuestion): MoveSelect {
  const { model, project } = question
  return {
    ...(model === null ? {} : { host: [splitTarget(model).host], model: [splitTarget(model).model] }),
    ...(project === null ? {} : { project: [project] }),
  }
}

export function scenarioOf(question: WhatIfQuestion, period: Period): ScenarioInput {
  const share = question.share === '100' ? '1' : `0.${question.share}`
  const hosted = splitTarget(question.target)
  const filter = selectOf(question)
  const withoutEmpty = Object.fromEntries(
    Object.entries(filter).map(([name, values]) => [name, [...(values as readonly string[])]]),
  )
  return {
    baseline: { from: isoOf(period.startMs), to: isoOf(period.endMs), filter: withoutEmpty },
    moves: [
      {
        share,
        select: {},
        target:
          question.to === 'hosted'
            ? { kind: 'hosted', host: hosted.host, model: hosted.model }
            : {
                kind: 'self_hosted',
                model: question.open,
                precision: question.precision,
                gpu: question.gpu,
                acquire: question.acquire,
                policy: question.policy,
                // A default stays the product's own, with its source.
                ...(question.rent === null || question.rent === usualRentOf(question.gpu)
                  ? {}
                  : { price_per_gpu_hour: question.rent }),
              },
      },
    ],
    assumptions:
      question.to === 'own' && question.realism !== '0.7' ? { realism: REALISM_VALUE[question.realism] } : {},
  }
}

function usualRentOf(name: string): string | null {
  const card = GPU_CARDS.find((gpu) => gpu.name === name)
  return card === undefined ? null : usualRent(card)
}

const REALISM_VALUE: Readonly<Record<(typeof REALISM)[number], number>> = { '0.4': 0.4, '0.7': 0.7, '1': 1 }

/** What the controls of the question offer. */
export interface HostedChoice {
  readonly host: string
  readonly title: string
  readonly model: string
  /** False for a model that is no longer sold: its last prices, as history. */
  readonly sold: boolean
}

export interface WhatIfChoices {
  readonly models: readonly { readonly host: string; readonly model: string }[]
  readonly projects: readonly string[]
  readonly targets: readonly HostedChoice[]
  readonly openModels: readonly string[]
  readonly gpus: readonly string[]
}
