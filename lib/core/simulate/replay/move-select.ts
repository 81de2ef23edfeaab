/** Which calls a move, or the whole question, is about. Every given part must hold; within a part any value does. */
import { readContextBand } from '../../rollup/context-band'
import { DAY_MS, HOUR_MS, type InstantMs } from '../../time/instant'
import { offsetAt } from '../../time/zone-offset'
import type { UsageSlice } from './usage-slice'

export interface MoveSelect {
  readonly host?: readonly string[] | undefined
  readonly model?: readonly string[] | undefined
  /** The empty name selects calls without one; so for `api_key` and the values of a tag. */
  readonly project?: readonly string[] | undefined
  readonly api_key?: readonly string[] | undefined
  readonly service_tier?: readonly string[] | undefined
  readonly tag?: Readonly<Record<string, readonly string[]>> | undefined
  /** Tokens of the prompt, both ends inclusive, at bounds of length classes. Calls of unknown length are not selected. */
  readonly prompt_tokens?: { readonly min?: number | undefined; readonly max?: number | undefined } | undefined
  readonly hours?: HourSelect | undefined
}

/** Hours of the day from `from` until `to` (exclusive; through midnight when `to` is not greater), of some weekdays. */
export interface HourSelect {
  readonly from: number
  readonly to: number
  /** ISO: Monday is 1. The day is that of the hour itself. All when absent. */
  readonly weekdays?: readonly number[] | undefined
  /** IANA zone of the clock; UTC when absent. */
  readonly time_zone?: string | undefined
}

/** The filter's word for calls without a project or key. */
export const NO_NAME = ''

type Selectable = Pick<
  UsageSlice,
  'atMs' | 'grainSeconds' | 'host' | 'model' | 'project' | 'apiKey' | 'serviceTier' | 'tags' | 'contextBand'
>

export function selects(select: MoveSelect, slice: Selectable): boolean {
  const has = (values: readonly string[] | undefined, value: string) => values === undefined || values.includes(value)
  return (
    has(select.host, slice.host) &&
    has(select.model, slice.model) &&
    has(select.project, slice.project ?? NO_NAME) &&
    has(select.api_key, slice.apiKey ?? NO_NAME) &&
    has(select.service_tier, slice.serviceTier) &&
    hasTags(select.tag, slice.tags) &&
    (select.prompt_tokens === undefined ||
      promptClassesIn(select.prompt_tokens).has(Math.floor(slice.contextBand / 16))) &&
    // A bucket of a day does not tell its hours.
    (select.hours === undefined || (slice.grainSeconds <= 3600 && hourSelected(select.hours, slice.atMs)))
  )
}

function hasTags(wanted: MoveSelect['tag'], tags: UsageSlice['tags']): boolean {
  for (const [name, values] of Object.entries(wanted ?? {})) {
    if (!values.includes(tags?.get(name) ?? NO_NAME)) return false
  }
  return true
}

export function hourSelected(select: HourSelect, ms: InstantMs): boolean {
  const zone = select.time_zone
  const local = zone === undefined || zone === 'UTC' ? ms : ms + offsetAt(ms, zone)
  const day = Math.floor(local / DAY_MS)
  const hour = Math.floor((local - day * DAY_MS) / HOUR_MS)
  const inside =
    select.from < select.to ? hour >= select.from && hour < select.to : hour >= select.from || hour < select.to
  // 1970-01-01 was a Thursday, ISO weekday 4.
  return inside && (select.weekdays === undefined || select.weekdays.includes(((((day + 3) % 7) + 7) % 7) + 1))
}

/** Prompt classes of context bands that lie wholly inside a range. */
export function promptClassesIn(range: { min?: number | undefined; max?: number | undefined }): ReadonlySet<number> {
  const classes = new Set<number>()
  for (let prompt = 1; prompt < 16; prompt += 1) {
    const bounds = readContextBand(prompt * 16).prompt
    if (bounds === null || (range.min !== undefined && bounds.min < range.min)) continue
    if (range.max !== undefined && (bounds.max === null || bounds.max > range.max)) continue
    classes.add(prompt)
  }
  return classes
}
