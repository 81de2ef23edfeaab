/**
 * Points as tables of measurements write them: their names of columns, and how an engine was started, beside the product's
 * own fields. What a point says in the product's own fields goes before; an empty cell says nothing.
 */

type Fields = Readonly<Record<string, unknown>>

/** Columns of published tables under the names of the product's fields. */
const COLUMNS: Readonly<Record<string, string>> = {
  n_gpu: 'gpus',
  num_gpus: 'gpus',
  gpu_count: 'gpus',
  accelerator: 'gpu',
  framework: 'engine',
  backend: 'engine',
  quantization: 'precision',
  dtype: 'precision',
  tp: 'tensor_parallel',
  tensor_parallel_size: 'tensor_parallel',
  dp: 'data_parallel',
  data_parallel_size: 'data_parallel',
  pp: 'pipeline_parallel',
  pipeline_parallel_size: 'pipeline_parallel',
  ep: 'expert_parallel',
  expert_parallel_size: 'expert_parallel',
  isl: 'input_tokens',
  osl: 'output_tokens',
  batch_size: 'concurrency',
}

const MOST_LETTERS = 2000

/** The point in the product's own fields. */
export function ownFields(point: Fields): Fields {
  const fields: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(point)) if (value !== '') fields[name] = value
  for (const [column, field] of Object.entries(COLUMNS)) {
    const value = fields[column]
    if (value === undefined) continue
    delete fields[column]
    fields[field] ??= value
  }
  const { parallelism, ...rest } = fields
  if (typeof parallelism !== 'string') return fields
  for (const [field, value] of Object.entries(layoutOf(parallelism.slice(0, MOST_LETTERS)))) rest[field] ??= value
  return rest
}

/** Ranks and pools of "tp4 pp1 adp4 ep16", "TP2PP4", "DEP8", "P:4gpu(tp1 adp4) D:32gpu(tp8 adp1)" or an engine's start line. */
function layoutOf(text: string): Fields {
  const [, prefill, decode] = /\bP:\s*(\d+\s*gpu\s*\([^)]*\))\s*D:\s*(\d+\s*gpu\s*\([^)]*\))/i.exec(text) ?? []
  if (prefill !== undefined && decode !== undefined) return { prefill: poolOf(prefill), decode: poolOf(decode) }
  const tensor =
    rankOf(text, /(?:^|[\s_])tp\s*=?\s*(\d+)/i) ??
    rankOf(text, /--?(?:tp|tp[-_]size|tensor[-_]parallel[-_]size)[\s=]+(\d+)/i) ??
    rankOf(text, /(?:^|\s)TEP(\d+)/)
  // Data-parallel attention with experts spread over the same ranks.
  const together = rankOf(text, /(?:^|\s)DEP(\d+)/)
  const data = together ?? rankOf(text, /(?:^|\s)a?dp\s*=?\s*(\d+)/i)
  const pipeline = rankOf(text, /pp\s*=?\s*(\d+)/i) ?? rankOf(text, /--pipeline[-_]parallel[-_]size[\s=]+(\d+)/i)
  const experts = rankOf(text, /(?:^|\s)ep\s*=?\s*(\d+)/i)
  return {
    ...(tensor === null && together === null ? {} : { tensor_parallel: tensor ?? 1 }),
    ...(data === null ? {} : { data_parallel: data }),
    ...(pipeline === null ? {} : { pipeline_parallel: pipeline }),
    ...(experts === null ? {} : { expert_parallel: experts }),
  }
}

function poolOf(text: string): Fields {
  const gpus = rankOf(text, /^(\d+)/)
  const tensor = rankOf(text, /\btp(\d+)/i)
  const data = rankOf(text, /\ba?dp(\d+)/i)
  return {
    ...(gpus === null ? {} : { gpus }),
    ...(tensor === null ? {} : { tensor_parallel: tensor }),
    ...(data === null ? {} : { data_parallel: data }),
  }
}

function rankOf(text: string, pattern: RegExp): number | null {
  const digits = pattern.exec(text)?.[1]
  return digits === undefined || digits.length > 5 ? null : Number(digits)
}
