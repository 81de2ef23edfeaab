/** Serving estimates of points that the caller describes, on the cards of its workspace too; nothing is stored. */
import 'server-only'
import { z } from 'zod'
import { answerPoint, type PointAnswer } from '../../core/simulate/estimator/answer-point'
import { pointSchema } from '../../core/simulate/estimator/point-schema'
import { cardsByName } from '../../core/simulate/own-card'
import { authorise, type Principal } from '../auth/principal'
import { ownCards } from '../db/own-card'
import { pool } from '../db/pool'
import { inTurns } from '../in-turns'

/** Points of one request. */
const MOST_POINTS = 10_000

/** What a point may say. */
export const estimateInput = z.strictObject({ points: z.array(pointSchema).min(1).max(MOST_POINTS) })

/** The same, each point still as it came: one that cannot be read is refused alone. */
export const estimateBody = z.strictObject({
  points: z.array(z.record(z.string(), z.unknown())).min(1).max(MOST_POINTS),
})

export async function estimatePoints(
  principal: Principal,
  input: z.output<typeof estimateBody>,
): Promise<readonly PointAnswer[]> {
  authorise(principal, 'simulate.run')
  const cards = cardsByName(await ownCards(pool(), principal.workspaceId))
  return await inTurns(input.points, (point) => answerPoint(point, cards))
}
