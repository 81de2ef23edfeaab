/** Models and accelerators that a workspace described itself: checked when they are kept, and found by their name. */
import { z } from 'zod'
import { err, ok, type Result } from '../result'
import {
  architectureSchema,
  hardwareSchema,
  type ParsedPoint,
  pointSchema,
  resolvePoint,
} from './estimator/point-schema'
import type { SelfHostedTargetInput } from './scenario'
import type { SimulationProblem } from './simulation'

const name = z.string().trim().min(1).max(100)

export const ownCardSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('model'), name, card: architectureSchema.omit({ name: true }) }),
  z.strictObject({ kind: z.literal('gpu'), name, card: hardwareSchema.omit({ name: true }) }),
])

export type OwnCard = z.output<typeof ownCardSchema>

/** The cards of a workspace by kind and name in lower case. */
export type OwnCards = ReadonlyMap<string, OwnCard>

export function cardsByName(cards: readonly OwnCard[]): OwnCards {
  return new Map(cards.map((card) => [keyOf(card.kind, card.name), card]))
}

function keyOf(kind: OwnCard['kind'], text: string): string {
  return `${kind} ${text.trim().toLowerCase()}`
}

/** Whether an estimate could be made with it: a model needs what its attention and its native precision need. */
export function checkedCard(own: OwnCard): Result<OwnCard, SimulationProblem> {
  const resolved = resolvePoint(
    pointSchema.parse(
      own.kind === 'model'
        ? { architecture: { ...own.card, name: own.name }, gpu: 'H100-SXM-80GB' }
        : { model: 'gpt-oss-120b', hardware: { ...own.card, name: own.name } },
    ),
  )
  return resolved.ok ? ok(own) : err(resolved.error)
}

/** The same for a point of the estimator. */
export function pointWithOwnCards(point: ParsedPoint, cards: OwnCards): ParsedPoint {
  if (cards.size === 0) return point
  const model = point.architecture || !point.model ? undefined : cards.get(keyOf('model', point.model))
  const gpu = point.hardware || !point.gpu ? undefined : cards.get(keyOf('gpu', point.gpu))
  return {
    ...point,
    ...(model?.kind === 'model' ? { architecture: { ...model.card, name: model.name } } : {}),
    ...(gpu?.kind === 'gpu' ? { hardware: { ...gpu.card, name: gpu.name } } : {}),
  }
}

/** The target with the workspace's own cards in place of their names; a card given with the question goes before. */
export function withOwnCards(target: SelfHostedTargetInput, cards: OwnCards): SelfHostedTargetInput {
  const model = target.architecture === undefined ? cards.get(keyOf('model', target.model)) : undefined
  const gpu =
    target.hardware === undefined && target.gpu !== undefined ? cards.get(keyOf('gpu', target.gpu)) : undefined
  return {
    ...target,
    ...(model?.kind === 'model' ? { architecture: { ...model.card, name: model.name } } : {}),
    ...(gpu?.kind === 'gpu' ? { hardware: { ...gpu.card, name: gpu.name } } : {}),
  }
}
