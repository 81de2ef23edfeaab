/** A demand that is stated, not stored: what a published calculation says of its calls. */
import { z } from 'zod'
import { dollars, positiveUpTo, realBetween, shouldBe } from './number-schema'

export const PROFILES = ['flat', 'business_hours'] as const

const weights = (count: number) => z.array(realBetween(0, 1e9)).length(count)

const priceSchema = z.strictObject({
  input_per_million: dollars.default('0'),
  /** Of prompt tokens a cache held; absent: as other prompt tokens. */
  cached_input_per_million: dollars.optional(),
  output_per_million: dollars.default('0'),
  per_request: dollars.default('0'),
})

export const statedDemandSchema = z
  .strictObject({
    /** Of 730 hours, or assumptions.hours_per_month; absent: as many as keep the stated fleet at the stated utilisation. */
    requests_per_month: positiveUpTo(1e13).optional(),
    input_tokens: realBetween(0, 1e7).default(0),
    output_tokens: realBetween(1, 1e7),
    /** Part of the prompt that a cache holds, 0 to 1. */
    cached_fraction: realBetween(0, 1).default(0),
    /** The hours' shape: even, 9 to 18 from Monday to Friday, or weights of 24 hours of the day or 168 of the week, UTC. */
    profile: z
      .union(
        [z.enum(PROFILES), weights(24), weights(168)],
        shouldBe(`must be ${PROFILES.join(', ')}, or 24 or 168 weights`),
      )
      .default('flat'),
    /** What the calls cost: prices, or a host and model of the price book. Absent: nothing is known of it. */
    price: priceSchema.optional(),
    host: z.string().min(1).max(100).optional(),
    model: z.string().min(1).max(300).optional(),
  })
  .refine(
    (demand) => typeof demand.profile === 'string' || demand.profile.some((weight) => weight > 0),
    'needs a weight above 0',
  )
  .refine(
    (demand) => (demand.host === undefined) === (demand.model === undefined),
    'needs both host and model, or neither',
  )

export type StatedDemand = z.output<typeof statedDemandSchema>
