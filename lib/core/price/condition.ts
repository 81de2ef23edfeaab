/**
 * Price conditions: their JSON form (the price book files and the database column), when they hold, and whether two
 * can hold at once.
 */
import { z } from 'zod'
import type { LocalTimeCondition, PriceConditions } from './entry'

const names = z.array(z.string().min(1)).min(1)
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/)
const tokens = z.union([z.int().nonnegative(), z.string().regex(/^\d{1,18}$/)]).transform((text) => BigInt(text))

export const whenSchema = z.strictObject({
  service_tier: names.optional(),
  prompt_tokens: z
    .strictObject({ gt: tokens.optional(), gte: tokens.optional(), lt: tokens.optional(), lte: tokens.optional() })
    .optional(),
  region: names.optional(),
  speed: names.optional(),
  mode: names.optional(),
  context_size: names.optional(),
  local_time: z
    .strictObject({
      utc_offset_minutes: z.int().min(-840).max(840),
      windows: z.array(z.tuple([clock, clock])).min(1),
      weekdays: z.array(z.int().min(1).max(7)).min(1).optional(),
      holiday_calendar: z.enum(['cn']).optional(),
      negate: z.boolean().optional(),
    })
    .optional(),
})

export type When = z.infer<typeof whenSchema>

/** Conditions of a parsed `when`; values are compared in lower case. */
export function conditionsOf(when: When): PriceConditions {
  const lower = (values: readonly string[]) => values.map((value) => value.toLowerCase()).sort()
  const prompt = when.prompt_tokens
  return {
    ...(when.service_tier === undefined ? {} : { serviceTier: lower(when.service_tier) }),
    ...(prompt === undefined
      ? {}
      : {
          promptTokens: {
            ...(prompt.gt === undefined ? {} : { gt: prompt.gt }),
            ...(prompt.gte === undefined ? {} : { gte: prompt.gte }),
            ...(prompt.lte === undefined ? {} : { lte: prompt.lte }),
            ...(prompt.lt === undefined ? {} : { lt: prompt.lt }),
          },
        }),
    ...(when.region === undefined ? {} : { region: lower(when.region) }),
    ...(when.speed === undefined ? {} : { speed: lower(when.speed) }),
    ...(when.mode === undefined ? {} : { mode: lower(when.mode) }),
    ...(when.context_size === undefined ? {} : { contextSize: lower(when.context_size) }),
    ...(when.local_time === undefined ? {} : { localTime: localTimeOf(when.local_time) }),
  }
}

function localTimeOf(when: NonNullable<When['local_time']>): LocalTimeCondition {
  const windows = when.windows
    .flatMap(([from, to]): [number, number][] => {
      const [start, end] = [minuteOf(from), minuteOf(to)]
      // A window over midnight is its two halves; equal ends mean the whole day.
      if (start < end) return [[start, end]]
      if (start === end) return [[0, 1440]]
      return [...(end === 0 ? [] : [[0, end] as [number, number]]), [start, 1440]]
    })
    .sort((a, b) => a[0] - b[0])
  return {
    utcOffsetMinutes: when.utc_offset_minutes,
    windows,
    ...(when.weekdays === undefined ? {} : { weekdays: [...when.weekdays].sort() }),
    ...(when.holiday_calendar === undefined ? {} : { holidayCalendar: when.holiday_calendar }),
    ...(when.negate === true ? { negate: true } : {}),
  }
}

function minuteOf(text: string): number {
  return Number.parseInt(text.slice(0, 2), 10) * 60 + Number.parseInt(text.slice(3), 10)
}

function clockOf(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}

/** The JSON form with keys in a fixed order: equal conditions give equal text. */
export function conditionsToJson(conditions: PriceConditions): Readonly<Record<string, unknown>> {
  const { serviceTier, promptTokens, region, speed, mode, contextSize, localTime } = conditions
  return {
    ...(serviceTier === undefined ? {} : { service_tier: serviceTier }),
    ...(promptTokens === undefined
      ? {}
      : {
          prompt_tokens: Object.fromEntries(
            (['gt', 'gte', 'lt', 'lte'] as const).flatMap((key) => {
              const bound = promptTokens[key]
              return bound === undefined ? [] : [[key, bound.toString()]]
            }),
          ),
        }),
    ...(region === undefined ? {} : { region }),
    ...(speed === undefined ? {} : { speed }),
    ...(mode === undefined ? {} : { mode }),
    ...(contextSize === undefined ? {} : { context_size: contextSize }),
    ...(localTime === undefined
      ? {}
      : {
          local_time: {
            utc_offset_minutes: localTime.utcOffsetMinutes,
            windows: localTime.windows.map(([from, to]) => [clockOf(from), clockOf(to)]),
            ...(localTime.weekdays === undefined ? {} : { weekdays: localTime.weekdays }),
            ...(localTime.holidayCalendar === undefined ? {} : { holiday_calendar: localTime.holidayCalendar }),
            ...(localTime.negate === true ? { negate: true } : {}),
          },
        }),
  }
}

/** How many conditions an entry names: the measure of being specific. */
export function conditionCount(conditions: PriceConditions): number {
  return Object.keys(conditions).length
}

/** Prompt lengths as an inclusive range [from, to]; null is no bound above. */
export function promptRange(bounds: NonNullable<PriceConditions['promptTokens']>): { from: bigint; to: bigint | null } {
  let from = 0n
  if (bounds.gte !== undefined && bounds.gte > from) from = bounds.gte
  if (bounds.gt !== undefined && bounds.gt + 1n > from) from = bounds.gt + 1n
  let to: bigint | null = null
  if (bounds.lte !== undefined) to = bounds.lte
  if (bounds.lt !== undefined && (to === null || bounds.lt - 1n < to)) to = bounds.lt - 1n
  return { from, to }
}
