/**
 * Gemini's usageMetadata: the prompt includes the cached part, candidates exclude thoughts, tool-use prompt tokens stand
 * beside the prompt, and modalities are listed per total.
 */
import { type ModalityCounts, normalised, splitCached, type UsageShape } from './shape'
import type { UsageObject, UsageReader } from './usage-reader'

const TRAFFIC: Readonly<Record<string, string>> = {
  ON_DEMAND: 'standard',
  ON_DEMAND_PRIORITY: 'priority',
  ON_DEMAND_FLEX: 'flex',
  PROVISIONED_THROUGHPUT: 'provisioned',
}

export const googleGenerateContent: UsageShape = (reader, usage) => {
  const prompt = reader.required(usage, 'promptTokenCount')
  const cached = reader.detail(usage, 'cachedContentTokenCount')
  const candidates = reader.detail(usage, 'candidatesTokenCount', 'responseTokenCount')
  const toolUse = reader.detail(usage, 'toolUsePromptTokenCount')
  const thoughts =
    reader.count(usage, 'thoughtsTokenCount') ?? thoughtsInTotal(reader, usage, prompt + candidates, toolUse)
  const isInside = isWithinCandidates(reader, usage, { prompt, candidates, thoughts, toolUse })
  checkTotal(reader, usage, prompt + candidates + (isInside ? 0n : thoughts), toolUse)
  const inside = modalities(reader, usage, 'promptTokensDetails')
  const read = modalities(reader, usage, 'cacheTokensDetails')
  const split = splitCached(reader, { total: prompt, ...(inside ?? NO_MODALITY) }, { total: cached, known: read }, 0n)
  const tool = modalities(reader, usage, 'toolUsePromptTokensDetails') ?? NO_MODALITY
  const toolText = reader.rest(
    toolUse,
    tool.audio + tool.image + tool.video,
    'The tool-use details are more than their total.',
  )
  const out =
    modalities(reader, usage, 'candidatesTokensDetails') ??
    modalities(reader, usage, 'responseTokensDetails') ??
    NO_MODALITY
  const text = reader.rest(
    candidates,
    out.audio + out.image + out.video,
    'The candidates details are more than their total.',
  )
  return normalised(
    {
      input: split.input + toolText,
      cacheRead: split.cacheRead,
      cacheWrite5m: 0n,
      cacheWrite1h: 0n,
      output: isInside ? text : text + thoughts,
      reasoning: thoughts,
    },
    [
      ['input_audio', split.uncached.audio + tool.audio],
      ['input_image', split.uncached.image + tool.image],
      ['input_video', split.uncached.video + tool.video],
      ['cache_read_audio', split.cached.audio],
      ['cache_read_image', split.cached.image],
      ['cache_read_video', split.cached.video],
      ['output_audio', out.audio],
      ['output_image', out.image],
      ['output_video', out.video],
    ],
    prompt + toolUse,
    { serviceTier: tierOf(reader, usage) },
  )
}

/** Some answers of Vertex AI count thoughts among the candidates: the stated total decides. */
function isWithinCandidates(
  reader: UsageReader,
  usage: UsageObject,
  told: { prompt: bigint; candidates: bigint; thoughts: bigint; toolUse: bigint },
): boolean {
  const total = reader.count(usage, 'totalTokenCount')
  const { prompt, candidates, thoughts, toolUse } = told
  if (total === null || thoughts === 0n || thoughts > candidates) return false
  const meets = (sum: bigint) => total === sum || total === sum + toolUse
  return !meets(prompt + candidates + thoughts) && meets(prompt + candidates)
}

/** The first models that thought told it by the total alone. With tools in use the total may hold their tokens instead. */
function thoughtsInTotal(reader: UsageReader, usage: UsageObject, told: bigint, toolUse: bigint): bigint {
  const total = reader.count(usage, 'totalTokenCount')
  return total === null || toolUse > 0n || total <= told ? 0n : total - told
}

const NO_MODALITY: ModalityCounts = Object.freeze({ audio: 0n, image: 0n, video: 0n })

/** Null when the list is absent. Documents are read as text and images at the text price, so they count as text. */
function modalities(reader: UsageReader, usage: UsageObject, key: string): ModalityCounts | null {
  const list = usage[key]
  if (!Array.isArray(list) || list.length === 0) return null
  const counts: ModalityCounts = { audio: 0n, image: 0n, video: 0n }
  for (const item of list as unknown[]) {
    if (typeof item !== 'object' || item === null) {
      reader.fault('USAGE_MALFORMED', `${key} is not a list of {modality, tokenCount}.`)
      continue
    }
    const count = reader.detail(item as UsageObject, 'tokenCount')
    const modality = reader.text(item as UsageObject, 'modality')?.toLowerCase()
    if (modality === 'audio' || modality === 'image' || modality === 'video') counts[modality] += count
  }
  return counts
}

/** Whether the total holds the tool-use tokens differs between versions; either is accepted. */
function checkTotal(reader: UsageReader, usage: UsageObject, sum: bigint, toolUse: bigint): void {
  const total = reader.count(usage, 'totalTokenCount')
  if (total === null || total === sum || total === sum + toolUse) return
  reader.fault('TOTAL_MISMATCH', `totalTokenCount is ${total}, but its parts make ${sum + toolUse}.`)
}

function tierOf(reader: UsageReader, usage: UsageObject): string | null {
  const traffic = reader.text(usage, 'trafficType')
  const tier = reader.text(usage, 'serviceTier', 'service_tier')
  if (tier !== null) return tier.toLowerCase().replace(/^service_tier_/, '')
  return traffic === null ? null : (TRAFFIC[traffic.toUpperCase()] ?? traffic.toLowerCase())
}
