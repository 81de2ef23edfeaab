/** One point as it came, answered: its fields read, its names looked up among a workspace's own cards too, and estimated. */
import { type OwnCards, pointWithOwnCards } from '../own-card'
import { type Estimate, estimateServing } from './estimate'
import { pointNotes } from './point-notes'
import { pointSchema, resolvePoint } from './point-schema'
import { ownFields } from './source-columns'

export type PointAnswer =
  | { readonly kind: 'refused'; readonly code: string; readonly message: string; readonly remedy: string }
  | (Estimate & { readonly notes: readonly string[] })

export function answerPoint(input: Readonly<Record<string, unknown>>, cards: OwnCards): PointAnswer {
  const fields = ownFields(input)
  const parsed = pointSchema.safeParse(fields)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    return {
      kind: 'refused',
      code: 'POINT_INVALID',
      message: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not readable'}`,
      remedy: 'See the fields of a point in the API description.',
    }
  }
  const point = pointWithOwnCards(parsed.data, cards)
  const resolved = resolvePoint(point)
  if (!resolved.ok) return { kind: 'refused', ...resolved.error }
  const keptCards = [
    ...(point.architecture === parsed.data.architecture ? [] : [resolved.value.model.name]),
    ...(point.hardware === parsed.data.hardware ? [] : [resolved.value.gpu.name]),
  ].map((name) => `${name} is the card that your workspace keeps.`)
  return { ...estimateServing(resolved.value), notes: [...pointNotes(fields, resolved.value), ...keptCards] }
}
