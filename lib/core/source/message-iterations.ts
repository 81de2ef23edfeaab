/**
 * What a message of Anthropic's was billed beside its own counts: the model may be asked several times for one message
 * (`usage.iterations`), and the counts of the message leave out those that compacted the conversation and those of an
 * advisor, which is another model (platform.claude.com/docs/en/build-with-claude/compaction and
 * /agents-and-tools/tool-use/advisor-tool, read 2026-11-29). The others repeat the counts of the message.
 */
import type { UsageRecord } from '../usage/record'
import { buildRecord, textOrNull } from './build-record'
import { isObject, type JsonObject } from './json'
import { listAt } from './json-rows'
import { usageOf } from './response'

const BESIDE = new Set(['compaction', 'advisor_message'])

export interface Iteration {
  /** Its place among those of the message, which names it. */
  readonly place: string
  readonly record: UsageRecord
}

/** `advisor` is what the log calls the advisor, where the iteration does not name it. */
export function iterationsBeside(
  usage: JsonObject,
  message: UsageRecord,
  advisor: string | null,
): readonly Iteration[] {
  return listAt(usage, 'iterations').flatMap((iteration, place) => {
    if (!isObject(iteration) || !BESIDE.has(textOrNull(iteration.type) ?? '')) return []
    // Some logs name an iteration only.
    if (iteration.input_tokens === undefined || iteration.output_tokens === undefined) return []
    const isAdvisor = iteration.type === 'advisor_message'
    const model = textOrNull(iteration.model) ?? (isAdvisor ? advisor : null) ?? message.model
    const used = usageOf('anthropic.messages', iteration, model)
    const record = buildRecord({
      ...message,
      model,
      // An advisor has a tier and a speed of its own, unless the whole message is of a batch.
      serviceTier: isAdvisor && message.serviceTier !== 'batch' ? 'standard' : message.serviceTier,
      speed: isAdvisor ? null : message.speed,
      quantities: used.quantities,
      promptTokens: used.promptTokens,
      latencyMs: null,
      reportedCost: null,
    })
    return [{ place: String(place), record }]
  })
}
