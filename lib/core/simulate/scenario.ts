/** The question a what-if answers, as JSON: which calls, moved how, to where, under which assumptions. */
import { z } from 'zod'
import { LENGTH_BOUNDS } from '../rollup/context-band'
import { parseInstant } from '../time/instant'
import { isTimeZone } from '../time/zone-offset'
import { architectureSchema, hardwareSchema } from './estimator/point-schema'
import { LOCAL_MACHINES } from './local-machine'
import { decimal, dollars, positiveUpTo, realBetween, shouldBe, wholeBetween } from './number-schema'
import { RESIDENCIES } from './quality/project-rule'
import { statedDemandSchema } from './stated-demand-schema'

const instant = z.string().transform((text, context) => {
  const parsed = parseInstant(text, 'utc')
  if (parsed.ok) return parsed.value
  context.addIssue({ code: 'custom', message: 'must be a date like 2026-08-01 or an RFC 3339 time' })
  return z.NEVER
})
const shareText = decimal.refine(
  (text) => /^(0|1)(\.\d+)?$/.test(text) && !/^1\.0*[1-9]/.test(text),
  'must be from 0 to 1',
)
const names = z.union(
  [z.string().transform((name) => [name]), z.array(z.string()).min(1).max(500)],
  shouldBe('must be a name or a list of 1 to 500 names'),
)

/** Bounds of the length classes the rollup keeps, and the lengths right after them. */
const promptLength = wholeBetween(0, 10_000_000).refine(
  (tokens) => tokens <= 1 || LENGTH_BOUNDS.some((bound) => tokens === bound || tokens === bound + 1),
  `must be one of ${LENGTH_BOUNDS.join(', ')}`,
)

/** Which calls: every given part must hold, and within a part any value does. The empty name is "none". */
const selectSchema = z.strictObject({
  host: names.optional(),
  model: names.optional(),
  project: names.optional(),
  api_key: names.optional(),
  service_tier: names.optional(),
  /** Values by tag name: {"team": ["search"]}. */
  tag: z.record(z.string().min(1).max(200), names).optional(),
  prompt_tokens: z.strictObject({ min: promptLength.optional(), max: promptLength.optional() }).optional(),
  /** Hours of the day, from (inclusive) until to (exclusive, through midnight when not greater). Monday is 1. */
  hours: z
    .strictObject({
      from: wholeBetween(0, 23),
      to: wholeBetween(0, 24),
      weekdays: z.array(wholeBetween(1, 7)).min(1).max(7).optional(),
      time_zone: z.string().refine(isTimeZone, 'must be a time zone like Europe/Berlin').optional(),
    })
    .optional(),
})

const hostedPlace = {
  host: z.string().min(1).max(100),
  model: z.string().min(1).max(300),
  service_tier: z.string().min(1).max(50).default('standard'),
}
const hostedSchema = z.strictObject({ kind: z.literal('hosted'), ...hostedPlace })

/** One's own measurement; with the lengths it was made at, the estimate is anchored to it, else it stands as it is. */
const benchmarkSchema = z
  .strictObject({
    output_tokens_per_second: positiveUpTo(1e9).optional(),
    /** Prompt and output tokens together. */
    total_tokens_per_second: positiveUpTo(1e9).optional(),
    /** GPUs it was measured on; absent: those of one replica. */
    gpus: wholeBetween(1, 100_000).optional(),
    input_tokens: realBetween(0, 1e7).optional(),
    output_tokens: realBetween(1, 1e7).optional(),
    /** Calls in flight. */
    concurrency: positiveUpTo(1e6).optional(),
  })
  .refine(
    (own) => (own.output_tokens_per_second === undefined) !== (own.total_tokens_per_second === undefined),
    'needs output_tokens_per_second or total_tokens_per_second',
  )
  .refine(
    (own) => (own.input_tokens === undefined) === (own.output_tokens === undefined),
    'needs both input_tokens and output_tokens, or neither',
  )

export const selfHostedSchema = z.strictObject({
  kind: z.literal('self_hosted'),
  model: z.string().min(1).max(200).default('gpt-oss-120b'),
  architecture: architectureSchema.strict().optional(),
  precision: z.string().min(1).max(40).optional(),
  /** A machine that runs models locally: its card, runtime, price and power are taken where none are given. */
  machine: z.enum(LOCAL_MACHINES).optional(),
  gpu: z.string().min(1).max(200).optional(),
  hardware: hardwareSchema.strict().optional(),
  gpus_per_replica: wholeBetween(1, 64).optional(),
  /** GPUs of the node that is rented or bought whole; absent: one when rented, eight for bought cards on NVLink. */
  gpus_per_node: wholeBetween(1, 576).optional(),
  engine: z.string().min(1).max(40).optional(),
  acquire: z.enum(['rent', 'buy']).optional(),
  policy: z.enum(['peak', 'floor_spillover', 'autoscale', 'scale_to_zero', 'fixed']).default('peak'),
  price_per_gpu_hour: dollars.optional(),
  /** How it is rented, where no price is given. */
  price_tier: z.enum(['on_demand', 'reserved', 'spot']).default('on_demand'),
  /** Dollars for one GPU, when bought. */
  price_per_gpu: dollars.optional(),
  /** A benchmark of one's own: output tokens per second of one replica; replaces the estimate. */
  measured_output_tokens_per_second: positiveUpTo(1e9).optional(),
  benchmark: benchmarkSchema.optional(),
  /** A fixed number of replicas that stay on, for floor_spillover. */
  floor_replicas: wholeBetween(0, 100_000).optional(),
  /** Where calls go that floor_spillover or a fixed fleet has no room for; absent: where they are today. */
  spill_to: z.strictObject(hostedPlace).optional(),
  /** The fleet itself, for the policy fixed: GPUs, or nodes of gpus_per_node (a mean over the day may be broken). */
  gpus: wholeBetween(1, 1_000_000).optional(),
  nodes: decimal.optional(),
})

export const targetSchema = z.discriminatedUnion('kind', [hostedSchema, selfHostedSchema])

const factor = z
  .union(
    [
      decimal.transform((likely) => ({ low: likely, likely, high: likely })),
      z.strictObject({ low: decimal, likely: decimal, high: decimal }),
    ],
    shouldBe('must be a decimal number, or low, likely and high, with at most 6 places'),
  )
  .refine(
    ({ low, likely, high }) => Number(low) <= Number(likely) && Number(likely) <= Number(high),
    'low, likely and high must be in this order',
  )

/** Least quality index of a target, `today` for that of the model in use, null for none; and where data may go. */
const ruleSchema = z.strictObject({
  quality_floor: z
    .union([z.literal('today'), realBetween(0, 100)], shouldBe('must be today or a number from 0 to 100'))
    .nullable()
    .default(null),
  residency: z.enum(RESIDENCIES).default('anywhere'),
})
const projectRuleSchema = ruleSchema.extend({ project: z.string().max(500) })

export const assumptionsSchema = z.strictObject({
  /** Tokens the target writes and reads for the same work, over today's. */
  output_ratio: factor.optional(),
  input_ratio: factor.optional(),
  /** Share of today's cache hits that remain, 0 to 1. */
  cache_kept: factor
    .refine((kept) => [kept.low, kept.likely, kept.high].every((text) => Number(text) <= 1), 'must be from 0 to 1')
    .optional(),
  /** Where only the target bills cache writes: tokens written for each token read. */
  cache_writes_per_read: factor.optional(),
  /** What projects allow of a hosted target; calls it refuses stay. */
  projects: z.array(projectRuleSchema).max(500).optional(),
  realism: realBetween(0.05, 1.5).optional(),
  peak_to_mean: realBetween(1, 50).optional(),
  production: z.boolean().optional(),
  staff_per_month: dollars.optional(),
  migration_cost: dollars.optional(),
  storage_per_month: dollars.optional(),
  /** What comes with a GPU over its price: operations, storage and network as a part of it. */
  gpu_overhead: realBetween(0, 10).optional(),
  /** Part of the moved calls that is asked again where it was before, because the answer was not good enough. */
  escalation: shareText.optional(),
  /** Of a stated demand: hours of its month, in which GPUs work and are paid for; absent: 730. */
  hours_per_month: realBetween(1, 744).optional(),
  /** Growth of the volume a month; absent: fitted on the months of the period. */
  growth_per_month: realBetween(-0.5, 1).optional(),
  /** A year; what later dollars are discounted by. */
  annual_discount: realBetween(0, 1).optional(),
  max_ms_per_token: positiveUpTo(10_000).optional(),
  /** Slowest acceptable time to first token; bounds the queue, and is rough. */
  max_first_token_ms: positiveUpTo(600_000).optional(),
  /** How full replicas may be planned, in place of the practice ceiling. */
  max_utilisation: realBetween(0.01, 1).optional(),
  /** The mean share of the fleet that works, as a published calculation states it: sizes the fleet in place of the hours. */
  utilisation: realBetween(0.001, 1).optional(),
  /** Calls' own mean lengths, instead of the measured ones. */
  input_tokens: realBetween(0, 1e7).optional(),
  output_tokens: realBetween(1, 1e7).optional(),
  cached_fraction: realBetween(0, 1).optional(),
  buy: z
    .strictObject({
      node_factor: realBetween(1, 5).optional(),
      months: wholeBetween(1, 120).optional(),
      annual_rate: realBetween(0, 1).optional(),
      residual: realBetween(0, 1).optional(),
      server_power: realBetween(1, 4).optional(),
      power_usage_effectiveness: realBetween(1, 4).optional(),
      dollars_per_kwh: realBetween(0, 5).optional(),
      maintenance: realBetween(0, 1).optional(),
      network: realBetween(0, 1).optional(),
      colocation_per_kw_month: realBetween(0, 10_000).optional(),
      /** Board power of one GPU at full load; part of it drawn without work; hours a month it is switched on. */
      watts: realBetween(0, 100_000).optional(),
      idle_power: realBetween(0, 1).optional(),
      powered_hours_per_month: realBetween(0, 744).optional(),
    })
    .optional(),
  draws: wholeBetween(0, 2000).optional(),
  seed: wholeBetween(0, 4_294_967_295).optional(),
})

const baselineSchema = z
  .strictObject({ from: instant, to: instant, filter: selectSchema.default({}) })
  .refine(({ from, to }) => from < to, 'to must be after from')
  .refine(({ from, to }) => to - from <= 1100 * 86_400_000, 'the period is longer than three years')

/** Stored calls of a period, or a stated demand; its period is a month that ends now unless one is given. */
const questionBaselineSchema = z
  .strictObject({
    from: instant.optional(),
    to: instant.optional(),
    filter: selectSchema.default({}),
    demand: statedDemandSchema.optional(),
  })
  .refine(
    ({ from, to, demand }) => demand !== undefined || (from !== undefined && to !== undefined),
    'needs from and to, or a demand',
  )
  .refine(({ from, to }) => to === undefined || from !== undefined, 'needs from where to is given')
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, 'to must be after from')
  .refine(
    ({ from, to }) => from === undefined || to === undefined || to - from <= 1100 * 86_400_000,
    'the period is longer than three years',
  )

export const scenarioSchema = z.strictObject({
  baseline: questionBaselineSchema,
  moves: z
    .array(
      z.strictObject({
        share: shareText.default('1'),
        select: selectSchema.default({}),
        target: targetSchema,
      }),
    )
    .min(1)
    .max(20),
  assumptions: assumptionsSchema.default({}),
})

/** The cheapest place for every model and project, under rules of the projects. */
export const mixSchema = z.strictObject({
  baseline: baselineSchema,
  /** Open models at the hosts that serve them, or every model of the book. */
  targets: z.enum(['open', 'all']).default('open'),
  projects: z.array(projectRuleSchema).max(500).default([]),
  /** Projects without a rule of their own. */
  others: ruleSchema.default({ quality_floor: 50, residency: 'anywhere' }),
  assumptions: assumptionsSchema.default({}),
})

export type MixQuestion = z.output<typeof mixSchema>
export type MixInput = z.input<typeof mixSchema>
export type Scenario = z.output<typeof scenarioSchema>
export type ScenarioInput = z.input<typeof scenarioSchema>
export type ScenarioAssumptions = z.output<typeof assumptionsSchema>
export type SelfHostedTargetInput = z.output<typeof selfHostedSchema>
