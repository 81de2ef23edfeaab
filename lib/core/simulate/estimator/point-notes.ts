/** What an estimate took for granted, told beside it. */
import { gpusInName } from '../cards/gpu-card'
import { findEngine, type ServingPoint } from './point'
import { pointSchema } from './point-schema'
import { runsIn16Bits } from './roofline'

/** Sentences on what the caller did not say and what of its point was not looked at. */
export function pointNotes(input: Readonly<Record<string, unknown>>, point: ServingPoint): string[] {
  const notes: string[] = []
  const silent = (field: string) => input[field] === undefined || input[field] === null
  if (typeof input.engine !== 'string' || findEngine(input.engine) === null) {
    notes.push(`Engine not ${silent('engine') ? 'given' : 'known'}: estimated for ${point.engine}.`)
  }
  const counted = silent('gpus') && typeof input.gpu === 'string' ? gpusInName(input.gpu) : null
  if (counted !== null) notes.push(`${counted} GPUs, as the name of the accelerator says.`)
  if (silent('precision')) notes.push(`Precision not given: ${point.precision.name}, as the model was published.`)
  if (runsIn16Bits(point)) {
    notes.push(
      `${point.gpu.name} has no units for ${point.precision.name}: weights are widened to 16 bits before every product.`,
    )
  }
  if (silent('concurrency')) {
    notes.push(
      point.concurrency === 'max'
        ? 'Requests in flight not given: as many as fit.'
        : 'Requests in flight not given: one at a time.',
    )
  }
  if (silent('input_tokens') || silent('output_tokens')) {
    notes.push(`Lengths not all given: ${point.inputTokens} tokens in, ${point.outputTokens} out.`)
  }
  const longest = point.inputTokens + point.outputTokens
  if (longest > point.model.maxContext) {
    notes.push(
      `${longest} tokens are more than the ${point.model.maxContext} that ${point.model.name} was published for.`,
    )
  }
  const ranks = (point.tensor ?? 1) * (point.data ?? 1) * (point.pipeline ?? 1)
  if (ranks > point.gpus) notes.push(`${ranks} ranks need more than ${point.gpus} GPUs: estimated for ${ranks}.`)
  if (silent('hardware') && (point.gpu.softwareShare ?? 1) < 1) {
    notes.push(
      `${point.gpu.name} is taken at ${100 * (point.gpu.softwareShare as number)} % of its data sheet, for its software.`,
    )
  }
  if ((point.realism ?? 1) !== 1) notes.push(`Times ${point.realism}: what such a deployment reaches of a tuned one.`)
  const unused = Object.keys(input).filter((key) => !(key in pointSchema.shape))
  if (unused.length > 0) notes.push(`Not looked at: ${unused.slice(0, 10).join(', ')}.`)
  return notes
}
