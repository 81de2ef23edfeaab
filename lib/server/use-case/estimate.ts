/** Serving estimates of points that the caller describes; nothing is stored. */
import 'server-only'
import { z } from 'zod'
import { type Estimate, estimateServing } from '../../core/simulate/estimator/estimate'
import { pointNotes } from '../../core/simulate/estimator/point-notes'
import { pointSchema, resolvePoint } from '../../core/simulate/estimator/point-schema'
import { authorise, type Principal } from '../auth/principal'
import { inTurns } from '../in-turns'

/** Points of one request. */
const MOST_POINTS = 10_000

/** What a point may say. */
export const estimateInput = z.strictObject({ points: z.array(pointSchema).min(1).max(MOST_POINTS) })

/** The same, each point still as it came: one that cannot be read is refused alone. */
export const estimateBody = z.strictObject({
  points: z.array(z.record(z.string(), z.unknown())).min(1).max(MOST_POINTS),
})

export type PointAnswer =
  | { readonly kind: 'refused'; readonly code: string; readonly message: string; readonly remedy: string }
  | (Estimate & { readonly notes: readonly string[] })

export async function estimatePoints(
  principal: Principal,
  input: z.output<typeof estimateBody>,
): Promise<readonly PointAnswer[]> {
  authorise(principal, 'simulate.run')
  return await inTurns(input.points, answer)
}

function answer(input: Readonly<Record<string, unknown>>): PointAnswer {
  const parsed = pointSchema.safeParse(input)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    return {
      kind: 'refused',
      code: 'POINT_INVALID',
      message: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not readable'}`,
      remedy: 'See the fields of a point in the API description.',
    }
  }
  const resolved = resolvePoint(parsed.data)
  if (!resolved.ok) return { kind: 'refused', ...resolved.error }
  return { ...estimateServing(resolved.value), notes: pointNotes(input, resolved.value) }
}
