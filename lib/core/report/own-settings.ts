/** The finer parts of a question about own GPUs, as one parameter of the address: what is left out is the product's default. */
import { z } from 'zod'
import type { ScenarioInput } from '../simulate/scenario'

/** Each with the text it takes: numbers are decimal text in the unit the screen names. */
const NUMBER = /^\d{1,9}(\.\d{1,6})?$/
const NOTHING = /^0+(\.0+)?$/
const SIGNED = /^-?\d{1,3}(\.\d{1,3})?$/
const WHOLE = /^[1-9]\d{0,4}$/
const SHAPES = {
  /** Milliseconds per token; milliseconds to the first. */
  pace: NUMBER,
  first: NUMBER,
  /** Busiest minutes over the mean of the hour. */
  busiest: NUMBER,
  /** No spare and no second replica. */
  spare: /^no$/,
  width: WHOLE,
  node: WHOLE,
  tier: /^(reserved|spot)$/,
  /** Dollars a month, once, a month. */
  staff: NUMBER,
  once: NUMBER,
  storage: NUMBER,
  /** Percent a month, percent a year. */
  growth: SIGNED,
  discount: NUMBER,
  /** Of bought GPUs: dollars for one; months; percent a year; percent left; ×; $/kWh; percent a year; $ a kW and month. */
  price: NUMBER,
  months: WHOLE,
  interest: NUMBER,
  residual: NUMBER,
  pue: NUMBER,
  kwh: NUMBER,
  upkeep: NUMBER,
  colo: NUMBER,
  hours: NUMBER,
  /** One's own benchmark: tokens a second, of output or of all; on so many GPUs; at lengths and calls in flight. */
  rate: NUMBER,
  rateOf: /^all$/,
  rateGpus: WHOLE,
  rateIn: NUMBER,
  rateOut: NUMBER,
  rateCalls: NUMBER,
} as const

export type OwnSetting = keyof typeof SHAPES
export const OWN_SETTINGS = Object.keys(SHAPES) as readonly OwnSetting[]
export type OwnSettings = Readonly<Partial<Record<OwnSetting, string>>>

/** What cannot be read is left out. */
export function parseOwnSettings(text: string | undefined): OwnSettings {
  if (text === undefined) return {}
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    // An address that was cut off says nothing more.
    return {}
  }
  const parsed = z.record(z.string(), z.string().max(20)).safeParse(json)
  if (!parsed.success) return {}
  return Object.fromEntries(
    OWN_SETTINGS.flatMap((name) => {
      const value = parsed.data[name]
      return value !== undefined && SHAPES[name].test(value) ? [[name, value]] : []
    }),
  )
}

/** With one setting changed; null takes it away. Null for an address that needs none. */
export function ownSettingsText(
  settings: OwnSettings,
  change: Readonly<Partial<Record<OwnSetting, string | null>>>,
): string | null {
  const merged = { ...settings, ...change }
  const kept = OWN_SETTINGS.flatMap((name) => {
    const value = merged[name]
    return value === undefined || value === null || !SHAPES[name].test(value) ? [] : [[name, value] as const]
  })
  return kept.length === 0 ? null : JSON.stringify(Object.fromEntries(kept))
}

type OwnTarget = Omit<Extract<ScenarioInput['moves'][number]['target'], { kind: 'self_hosted' }>, 'kind'>
type Assumptions = NonNullable<ScenarioInput['assumptions']>

/** The settings as parts of the question. */
export function ownParts(settings: OwnSettings): { readonly target: OwnTarget; readonly assumptions: Assumptions } {
  const s = settings
  const percent = (text: string) => Number((Number(text) / 100).toFixed(6))
  const { rate, rateIn, rateOut } = s
  const buy = {
    ...(s.months === undefined ? {} : { months: s.months }),
    ...(s.interest === undefined ? {} : { annual_rate: percent(s.interest) }),
    ...(s.residual === undefined ? {} : { residual: percent(s.residual) }),
    ...(s.pue === undefined ? {} : { power_usage_effectiveness: s.pue }),
    ...(s.kwh === undefined ? {} : { dollars_per_kwh: s.kwh }),
    ...(s.upkeep === undefined ? {} : { maintenance: percent(s.upkeep) }),
    ...(s.colo === undefined ? {} : { colocation_per_kw_month: s.colo }),
    ...(s.hours === undefined ? {} : { powered_hours_per_month: s.hours }),
  }
  return {
    target: {
      ...(s.width === undefined ? {} : { gpus_per_replica: s.width }),
      ...(s.node === undefined ? {} : { gpus_per_node: s.node }),
      ...(s.tier === 'reserved' || s.tier === 'spot' ? { price_tier: s.tier } : {}),
      ...(s.price === undefined ? {} : { price_per_gpu: s.price }),
      ...(rate === undefined || NOTHING.test(rate)
        ? {}
        : {
            benchmark: {
              ...(s.rateOf === 'all' ? { total_tokens_per_second: rate } : { output_tokens_per_second: rate }),
              ...(s.rateGpus === undefined ? {} : { gpus: s.rateGpus }),
              ...(rateIn === undefined || rateOut === undefined || !/^[1-9]/.test(rateOut)
                ? {}
                : { input_tokens: rateIn, output_tokens: rateOut }),
              ...(s.rateCalls === undefined || NOTHING.test(s.rateCalls) ? {} : { concurrency: s.rateCalls }),
            },
          }),
    },
    assumptions: {
      ...(s.pace === undefined ? {} : { max_ms_per_token: s.pace }),
      ...(s.first === undefined ? {} : { max_first_token_ms: s.first }),
      ...(s.busiest === undefined ? {} : { peak_to_mean: s.busiest }),
      ...(s.spare === undefined ? {} : { production: false }),
      ...(s.staff === undefined ? {} : { staff_per_month: s.staff }),
      ...(s.once === undefined ? {} : { migration_cost: s.once }),
      ...(s.storage === undefined ? {} : { storage_per_month: s.storage }),
      ...(s.growth === undefined ? {} : { growth_per_month: percent(s.growth) }),
      ...(s.discount === undefined ? {} : { annual_discount: percent(s.discount) }),
      ...(Object.keys(buy).length === 0 ? {} : { buy }),
    },
  }
}
