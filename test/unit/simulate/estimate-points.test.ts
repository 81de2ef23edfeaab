import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseJson } from '../../../lib/core/source/json'
import type { Principal } from '../../../lib/server/auth/principal'
import { estimateBody, estimatePoints } from '../../../lib/server/use-case/estimate'

const principal: Principal = {
  workspaceId: 1,
  workspaceName: 'northwind',
  isSample: false,
  userId: null,
  actor: 'command line',
  role: 'admin',
  scopes: null,
}

/** As a request body is read: numbers with a fraction are their text. */
function ask(points: readonly object[]) {
  const parsed = parseJson(JSON.stringify({ points }))
  if (!parsed.ok) throw new Error(parsed.error.message)
  return estimatePoints(principal, estimateBody.parse(parsed.value))
}

describe('points of a request', () => {
  test('one that cannot be read is refused alone, and says where', async () => {
    const good = { model: 'gpt-oss-120b', gpu: 'H100', precision: 'mxfp4', engine: 'vllm', concurrency: 64 }
    const answers = await ask([
      good,
      { ...good, cached_fraction: 1.5 },
      { ...good, gpus: -1 },
      { ...good, concurrency: 'many' },
      good,
    ])
    expect(answers.map(({ kind }) => kind)).toEqual(['estimate', 'refused', 'refused', 'refused', 'estimate'])
    expect(answers[1]).toMatchObject({ code: 'POINT_INVALID', message: expect.stringContaining('cached_fraction') })
    expect(answers[2]).toMatchObject({ message: expect.stringContaining('gpus') })
  })

  test('every measured point, as its source writes it, is answered; only pipelines over PCIe and wrong counts are not', async () => {
    const [header, ...lines] = readFileSync(new URL('../../golden/estimator/measured.csv', import.meta.url), 'utf8')
      .trim()
      .split('\n')
    const columns = (header as string).split(',')
    const points = lines.map((line) => {
      const cells = line.split(',')
      const get = (name: string) => cells[columns.indexOf(name)] as string
      const number = (name: string) => (get(name) === '' ? null : Number(get(name)))
      return {
        id: get('id'),
        model: get('model'),
        gpu: get('gpu'),
        gpus: number('gpus'),
        precision: get('precision'),
        engine: get('engine'),
        mode: get('mode'),
        tensor_parallel: number('tensor'),
        data_parallel: number('data'),
        pipeline_parallel: number('pipeline'),
        input_tokens: number('input_tokens'),
        output_tokens: number('output_tokens'),
        cached_fraction: '0',
        concurrency: get('concurrency') === '' ? null : get('concurrency'),
      }
    })
    const answers = await ask(points)
    expect(answers.length).toBe(points.length)
    const refused = points.filter((_, i) => answers[i]?.kind !== 'estimate')
    expect(refused.every(({ gpu, id }) => gpu === 'RTX-PRO-6000-BSE' || id.startsWith('nvidia-aic-016'))).toBe(true)
    expect(refused.length).toBe(75)
  })
})
