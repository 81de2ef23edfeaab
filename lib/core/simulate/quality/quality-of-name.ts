/** The quality index by a model's name as any host writes it. */
import { type QualityIndex, qualityOf, SCORED_MODELS } from '../advisor/quality-index'
import { familyOf } from '../replay/model-family'

const byWeights = new Map<string, QualityIndex>()
for (const name of SCORED_MODELS) {
  const { weights } = familyOf(name)
  const found = qualityOf(name)
  const known = byWeights.get(weights)
  // Two names of the table for one model: the one more benchmarks stand behind.
  if (known === undefined || found.benchmarks > known.benchmarks) byWeights.set(weights, found)
}
const NONE: QualityIndex = { value: null, benchmarks: 0, selfReported: 0, scores: 0 }

/** A revision of a model that has no score of its own has the model's. */
const REVISION = /(-(\d{4}|thinking|latest|instruct|chat|preview))+$/

export function qualityOfName(model: string): QualityIndex {
  const { weights } = familyOf(model)
  return byWeights.get(weights) ?? byWeights.get(weights.replace(REVISION, '')) ?? NONE
}
