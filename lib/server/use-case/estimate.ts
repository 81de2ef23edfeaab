/** Serving estimates of points that the caller describes; nothing is stored. */
import 'server-only'
import { z } from 'zod'
import { type Estimate, estimateServing } from '../../core/simulate/estimator/estimate'
import { pointSchema, resolvePoint } from '../../core/simulate/estimator/point-schema'
import { authorise, type Principal } from '../auth/principal'

export const estimateInput = z.strictObject({ points: z.array(pointSchema).min(1).max(10_000) })

export type PointAnswer =
  | { readonly kind: 'refused'; readonly code: string; readonly message: string; readonly remedy: string }
  | Estimate

export async function estimatePoints(
  principal: Principal,
  input: z.output<typeof estimateInput>,
): Promise<readonly PointAnswer[]> {
  authorise(principal, 'simulate.run')
  return input.points.map((point) => {
    const resolved = resolvePoint(point)
    return resolved.ok ? estimateServing(resolved.value) : { kind: 'refused', ...resolved.error }
  })
}
