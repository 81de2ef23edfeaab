/** Reads the vendored measurements as serving points. */
import { readFileSync } from 'node:fs'
import { findGpuCard } from '../../../lib/core/simulate/cards/gpu-card'
import { findModelCard } from '../../../lib/core/simulate/cards/model-card'
import { precisionFor } from '../../../lib/core/simulate/cards/precision'
import { findEngine, type PoolLayout, type ServingPoint } from '../../../lib/core/simulate/estimator/point'

export interface Measured {
  readonly id: string
  readonly source: string
  readonly mode: string
  /** Model card × GPU card. */
  readonly group: string
  readonly point: ServingPoint
  readonly outputPerSecond: number
}

export function readMeasured(): Measured[] {
  const [header, ...lines] = readFileSync(new URL('./measured.csv', import.meta.url), 'utf8')
    .trim()
    .split('\n')
  const columns = (header as string).split(',')
  return lines.map((line) => {
    const values = line.split(',')
    const get = (name: string) => values[columns.indexOf(name)] as string
    const model = findModelCard(get('model'))
    const gpu = findGpuCard(get('gpu'))
    const engine = findEngine(get('engine'))
    const precision = model === null || engine === null ? null : precisionFor(model, engine, get('precision'))
    if (model === null || gpu === null || precision === null || engine === null)
      throw new Error(`unknown name: ${line}`)
    const count = (name: string) => (get(name) === '' ? null : Number(get(name)))
    const prefill = pool(get('prefill_pool'))
    const decode = pool(get('decode_pool'))
    const point: ServingPoint = {
      model,
      gpu,
      gpus: Number(get('gpus')),
      precision,
      engine,
      tensor: count('tensor'),
      data: count('data'),
      pipeline: count('pipeline'),
      inputTokens: count('input_tokens') ?? 0,
      outputTokens: count('output_tokens') ?? 256,
      cachedFraction: 0,
      concurrency: get('concurrency') === 'max' ? 'max' : Number(get('concurrency')),
      disaggregated: prefill === null || decode === null ? null : { prefill, decode },
    }
    return {
      id: get('id'),
      source: get('source'),
      mode: get('mode'),
      group: `${model.name} ${gpu.name}`,
      point,
      outputPerSecond: Number(get('output_tokens_per_second')),
    }
  })
}

function pool(text: string): PoolLayout | null {
  if (text === '') return null
  const [gpus, tensor, data] = text.split('x').map(Number) as [number, number, number]
  return { gpus, tensor, data }
}
