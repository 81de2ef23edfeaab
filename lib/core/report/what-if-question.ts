/**
 * The what-if question as it stands in the address bar. Every part has a default, unknown text falls back to it, and the
 * same address is the same question.
 */
import { z } from 'zod'
import { GPU_CARDS } from '../simulate/cards/gpu-card'
import { findModelCard, MODEL_CARDS } from '../simulate/cards/model-card'
import { findPrecision } from '../simulate/cards/precision'
import { usualRent } from '../simulate/fleet/ownership'
import { LOCAL_MACHINES, LOCAL_RUNTIMES, type LocalMachine } from '../simulate/local-machine'
import type { ScenarioInput } from '../simulate/scenario'
import { isoOf, type Period } from '../time/instant'
import { isTimeZone } from '../time/zone-offset'
import { type OwnSettings, ownParts, ownSettingsText, parseOwnSettings } from './own-settings'

/** An API, own GPUs, or a machine under a desk. */
export const TARGET_KINDS = ['hosted', 'own', 'local'] as const
export const POLICIES = ['peak', 'floor_spillover', 'autoscale', 'scale_to_zero'] as const
export const REALISM = ['0.4', '0.7', '1'] as const
/** Prompt lengths a move can be narrowed to: bounds of the rollup's length classes. */
export const LENGTHS = ['8192', '32768', '128000', '>8192', '>32768', '>128000', '>200000'] as const
/** Stretches of the day on the asker's clock. */
export const DAY_HOURS = ['0-6', '6-12', '12-18', '18-24', '8-18', '18-8', '22-6'] as const
export const OWN_PRECISIONS = ['mxfp4', 'fp8', 'bf16', 'fp4', 'gptq-int4', 'gguf-q4_k_m', 'gguf-q8_0'] as const
const MOVE_PARAMS = [
  'share',
  'model',
  'project',
  'key',
  'tag',
  'length',
  'hours',
  'zone',
  'target',
  'to',
  'open',
  'precision',
  'gpu',
  'acquire',
  'rent',
  'policy',
  'spill',
  'realism',
  'machine',
  'runtime',
  'fine',
] as const
export const QUESTION_PARAMS = ['period', 'also', 'view', ...MOVE_PARAMS] as const
type MoveParams = Readonly<Partial<Record<(typeof MOVE_PARAMS)[number], string>>>

export const DEFAULT_TARGET = 'deepseek/deepseek-flash'
const DEFAULT_OPEN = 'gpt-oss-120b'
const DEFAULT_LOCAL = 'gpt-oss-20b'
/** Marks the name of a card that the workspace described itself. */
export const OWN_CARD = 'own:'
const OWN_CARD_NAME = /^own:.{1,100}$/
const DEFAULT_GPU = 'H100-SXM-80GB'

/** Which calls move and, for a hosted target, where to. */
export interface MovePart {
  /** Whole percent, 1 to 100. */
  readonly share: string
  /** "host/model" of calls to move; null for all. */
  readonly model: string | null
  /** Project of calls to move, empty for those without one; null for all. So for the key. */
  readonly project: string | null
  readonly key: string | null
  /** "name=value". */
  readonly tag: string | null
  readonly length: (typeof LENGTHS)[number] | null
  readonly hours: (typeof DAY_HOURS)[number] | null
  /** IANA zone of `hours`. */
  readonly zone: string
  /** "host/model" of a hosted target. */
  readonly target: string
}

/** A move with where it goes, be it a host, own GPUs or a machine. */
export interface AskedMove extends MovePart {
  readonly to: (typeof TARGET_KINDS)[number]
  readonly open: string
  readonly precision: (typeof OWN_PRECISIONS)[number]
  readonly gpu: string
  readonly acquire: 'rent' | 'buy'
  /** Dollars per GPU hour as decimal text; null when the card has no rent and none was given. */
  readonly rent: string | null
  readonly policy: (typeof POLICIES)[number]
  /** "host/model" that takes what a floor has no room for; null: the calls stay where they are. */
  readonly spill: string | null
  /** Of own GPUs; one for the whole question: the last move's that has any. */
  readonly realism: (typeof REALISM)[number]
  readonly machine: LocalMachine
  readonly runtime: (typeof LOCAL_RUNTIMES)[number]
  /** Finer parts about own GPUs: what is of the target stays with the move, the rest is for the whole question. */
  readonly fine: OwnSettings
}

export interface WhatIfQuestion extends AskedMove {
  /** Moves that come before this one, in this order. */
  readonly also: readonly AskedMove[]
}

function oneOf<Value extends string>(values: readonly Value[], text: string | undefined, fallback: Value): Value {
  return values.find((value) => value === text) ?? fallback
}

function parsePart(params: MoveParams): MovePart {
  const { share, model, project, key, tag, length, hours, zone, target } = params
  return {
    share: share !== undefined && /^([1-9]\d?|100)$/.test(share) ? share : '80',
    model: model === undefined || !model.includes('/') ? null : model,
    project: project ?? null,
    key: key ?? null,
    tag: tag?.includes('=') === true ? tag : null,
    length: LENGTHS.find((one) => one === length) ?? null,
    hours: DAY_HOURS.find((one) => one === hours) ?? null,
    zone: zone !== undefined && isTimeZone(zone) ? zone : 'UTC',
    target: target?.includes('/') === true ? target : DEFAULT_TARGET,
  }
}

/** The moves that are kept before the one being asked, as one parameter of the address; null for none. */
export function alsoText(moves: readonly AskedMove[]): string | null {
  return moves.length === 0 ? null : JSON.stringify(moves.map(paramsOf))
}

/** A move's own parameters, without those that say nothing. */
function paramsOf(move: AskedMove): MoveParams {
  const { share, model, project, key, tag, length, hours, zone, target } = move
  return Object.fromEntries(
    Object.entries({
      share,
      model,
      project,
      key,
      tag,
      length,
      hours,
      zone: hours === null ? null : zone,
      ...(move.to === 'hosted' ? { target } : ownParamsOf(move)),
    }).filter(([, value]) => value !== null),
  )
}

function ownParamsOf(move: AskedMove): Readonly<Record<string, string | null>> {
  const { to, open, precision, gpu, acquire, rent, policy, spill, realism, machine, runtime } = move
  const fine = ownSettingsText(move.fine, {})
  if (to === 'local') return { to, open, precision, machine, runtime, fine }
  return { to, open, precision, gpu, acquire, rent, policy, spill, realism, fine }
}

const alsoSchema = z.array(z.partialRecord(z.enum(MOVE_PARAMS), z.string().max(2000))).max(5)

function parseAlso(text: string | undefined): AskedMove[] {
  if (text === undefined) return []
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    // An address that was cut off asks no further moves.
    return []
  }
  const parsed = alsoSchema.safeParse(json)
  if (!parsed.success) return []
  // The same move twice is one.
  const moves = parsed.data.map((part) => parseMove(part as MoveParams))
  return [...new Map(moves.map((move) => [JSON.stringify(move), move])).values()]
}

function parseMove(params: MoveParams): AskedMove {
  const to = oneOf(TARGET_KINDS, params.to, 'hosted')
  const usual = to === 'local' ? DEFAULT_LOCAL : DEFAULT_OPEN
  const open = findModelCard(params.open ?? usual) ?? findModelCard(usual) ?? MODEL_CARDS[0]
  const gpu = GPU_CARDS.find((card) => card.name === params.gpu) ?? GPU_CARDS.find((card) => card.name === DEFAULT_GPU)
  if (open === undefined || gpu === undefined) throw new Error('the default cards are missing')
  const ownModel = params.open !== undefined && OWN_CARD_NAME.test(params.open) ? params.open : null
  const ownGpu = params.gpu !== undefined && OWN_CARD_NAME.test(params.gpu) ? params.gpu : null
  const native = to === 'local' ? 'gguf-q4_k_m' : findPrecision(open.nativePrecision)?.name
  const given = params.rent !== undefined && /^\d{1,4}(\.\d{1,4})?$/.test(params.rent) ? params.rent : null
  return {
    ...parsePart(params),
    to,
    open: ownModel ?? open.name,
    precision: oneOf(
      OWN_PRECISIONS,
      params.precision,
      oneOf(OWN_PRECISIONS, native === 'int4' ? 'gptq-int4' : native, 'bf16'),
    ),
    gpu: ownGpu ?? gpu.name,
    acquire: params.acquire === 'buy' ? 'buy' : 'rent',
    rent: given ?? (ownGpu === null ? usualRent(gpu) : null),
    policy: oneOf(POLICIES, params.policy, 'floor_spillover'),
    spill: params.spill?.includes('/') === true ? params.spill : null,
    realism: oneOf(REALISM, params.realism, '0.7'),
    machine: oneOf(LOCAL_MACHINES, params.machine, 'mac-studio-m3-ultra'),
    runtime: oneOf(LOCAL_RUNTIMES, params.runtime, 'ollama'),
    fine: parseOwnSettings(params.fine),
  }
}

export function parseQuestion(
  params: Readonly<Partial<Record<(typeof QUESTION_PARAMS)[number], string>>>,
): WhatIfQuestion {
  return { ...parseMove(params), also: parseAlso(params.also) }
}

/** "host/model" into its parts; the model may hold slashes. */
export function splitTarget(text: string): { readonly host: string; readonly model: string } {
  const at = text.indexOf('/')
  return { host: text.slice(0, at), model: text.slice(at + 1) }
}

function selectOf(part: MovePart): ScenarioInput['moves'][number]['select'] {
  const { model, project, key, tag, length, hours } = part
  const [name = '', ...value] = tag?.split('=') ?? []
  const [from = '0', to = '24'] = hours?.split('-') ?? []
  return {
    ...(model === null ? {} : { host: [splitTarget(model).host], model: [splitTarget(model).model] }),
    ...(project === null ? {} : { project: [project] }),
    ...(key === null ? {} : { api_key: [key] }),
    ...(tag === null ? {} : { tag: { [name]: [value.join('=')] } }),
    ...(length === null
      ? {}
      : {
          prompt_tokens: length.startsWith('>')
            ? { min: Number.parseInt(length.slice(1), 10) + 1 }
            : { max: Number.parseInt(length, 10) },
        }),
    ...(hours === null
      ? {}
      : { hours: { from: Number.parseInt(from, 10), to: Number.parseInt(to, 10), time_zone: part.zone } }),
  }
}

function moveOf(move: AskedMove, select: ScenarioInput['moves'][number]['select']): ScenarioInput['moves'][number] {
  return {
    share: shareOf(move),
    select,
    target: move.to === 'hosted' ? { kind: 'hosted', ...splitTarget(move.target) } : ownTarget(move),
  }
}

function shareOf({ share }: Pick<MovePart, 'share'>): string {
  return share === '100' ? '1' : `0.${share.padStart(2, '0')}`
}

/** One move is asked over the calls it selects; several over all calls, each to a host or to own GPUs. */
export function scenarioOf(question: WhatIfQuestion, period: Period): ScenarioInput {
  const { also } = question
  const several = also.length > 0
  return {
    baseline: {
      from: isoOf(period.startMs),
      to: isoOf(period.endMs),
      filter: several ? {} : (selectOf(question) ?? {}),
    },
    moves: [...also.map((move) => moveOf(move, selectOf(move))), moveOf(question, several ? selectOf(question) : {})],
    assumptions: assumptionsOf([...also, question].filter((move) => move.to !== 'hosted')),
  }
}

/** Of the moves to own GPUs; the later says more. */
function assumptionsOf(own: readonly AskedMove[]): NonNullable<ScenarioInput['assumptions']> {
  const parts = own.map((move) => ({
    ...(move.to === 'own' && move.realism !== '0.7' && move.fine.rate === undefined
      ? { realism: REALISM_VALUE[move.realism] }
      : {}),
    ...ownParts(move.fine).assumptions,
  }))
  return Object.assign({}, ...parts)
}

function ownTarget(question: AskedMove): ScenarioInput['moves'][number]['target'] {
  const model = plainName(question.open)
  const { precision } = question
  const parts = ownParts(question.fine).target
  if (question.to === 'local') {
    const { machine, runtime } = question
    return { kind: 'self_hosted', model, precision, machine, engine: runtime, policy: 'peak', ...parts }
  }
  return {
    kind: 'self_hosted',
    model,
    precision,
    gpu: plainName(question.gpu),
    acquire: question.acquire,
    policy: question.policy,
    ...(question.spill === null || question.policy !== 'floor_spillover'
      ? {}
      : { spill_to: splitTarget(question.spill) }),
    // A default stays the product's own, with its source.
    ...(question.rent === null || question.rent === usualRentOf(question.gpu)
      ? {}
      : { price_per_gpu_hour: question.rent }),
    ...parts,
  }
}

/** The name of a card without the mark of an own one. */
export function plainName(name: string): string {
  return name.startsWith(OWN_CARD) ? name.slice(OWN_CARD.length) : name
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
  readonly keys: readonly string[]
  /** "name=value". */
  readonly tags: readonly string[]
  readonly targets: readonly HostedChoice[]
  readonly openModels: readonly string[]
  readonly gpus: readonly string[]
  /** What the workspace described itself. */
  readonly ownCards: readonly { readonly id: number; readonly kind: 'model' | 'gpu'; readonly name: string }[]
  /** Whether the asker may describe more. */
  readonly mayDescribe: boolean
}
