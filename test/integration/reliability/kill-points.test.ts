import { type ChildProcess, fork } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { pool } from '../../../lib/server/db/pool'
import { makeWorkspace, useOwnDataDirectory } from '../../support/account'
import { closeTestDatabase, openTestDatabase } from '../../support/database'
import { insertTestPrices } from '../../support/imports'
import type { KillAnswer, KillJob, KillOrder } from '../../support/kill-worker'

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..')
const script = join(root, `node_modules/.cache/tokentab/kill-worker-${process.pid}.mjs`)
const SEEDS = Number.parseInt(process.env.KILL_SEEDS ?? '60', 10)
const LANES = 3

/** Each is passed once or twice by what the process does. */
const POINTS: readonly (readonly [string, number])[] = [
  ['receive.chunk', 1],
  ['receive.chunk', 3],
  ['receive.before-rename', 1],
  ['receive.before-rename', 2],
  ['receive.after-rename', 1],
  ['receive.after-rename', 2],
  ['import.claimed', 1],
  ['import.claimed', 2],
  ['import.before-rollup', 1],
  ['import.before-rollup', 2],
  ['import.before-commit', 1],
  ['import.before-commit', 2],
  ['import.after-commit', 1],
  ['import.after-commit', 2],
  ['undo.before-commit', 1],
]

let removeData: () => void
let url: string
const children = new Set<ChildProcess>()

beforeAll(async () => {
  removeData = useOwnDataDirectory()
  url = await openTestDatabase()
  await insertTestPrices()
  await build({
    absWorkingDir: root,
    entryPoints: ['test/support/kill-worker.ts'],
    outfile: script,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
    plugins: [
      {
        name: 'server-only',
        setup: (all) => {
          all.onResolve({ filter: /^server-only$/ }, () => ({ path: 'server-only', namespace: 'empty' }))
          all.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: '' }))
        },
      },
    ],
  })
})
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await closeTestDatabase()
  removeData()
})

/** A process that waits for orders; answers null when it was killed over one. */
class Victim {
  private readonly child = fork(script, [], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'test', DATABASE_URL: url, TOKENTAB_LOG_LEVEL: 'silent' },
  })

  constructor() {
    children.add(this.child)
    this.child.once('exit', () => children.delete(this.child))
  }

  order(order: KillOrder): Promise<KillAnswer | null> {
    return new Promise((done, fail) => {
      const onExit = (code: number | null, signal: string | null) => {
        this.child.off('message', onMessage)
        if (signal === 'SIGKILL') done(null)
        else fail(new Error(`the process ended by itself: ${code}`))
      }
      const onMessage = (answer: KillAnswer) => {
        this.child.off('exit', onExit)
        done(answer)
      }
      this.child.once('exit', onExit)
      this.child.once('message', onMessage)
      this.child.send(order)
    })
  }

  end(): void {
    this.child.kill('SIGKILL')
  }
}

/** mulberry32: the same kills for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

it(`A-71, A-79: ${SEEDS} seeded kill points converge to the books of a run without faults`, {
  timeout: 1_500_000,
}, async () => {
  let standby: Victim = new Victim()
  const next = () => {
    const victim = standby
    standby = new Victim()
    return victim
  }
  const finish = async (victim: Victim, job: KillJob, seed: string) => {
    const answer = await victim.order({ do: 'finish', job })
    expect([seed, answer?.differences]).toEqual([seed, []])
    return answer
  }
  const plain = { workspaceId: await makeWorkspace('plain'), fault: null, killAfterMs: null }
  const warm = next()
  const expected = (await finish(warm, plain, 'no fault'))?.books ?? []
  expect(expected.filter((line) => line.startsWith('usage_record'))).toHaveLength(152)
  const again = { ...plain, workspaceId: await makeWorkspace('again') }
  const usualMs = (await finish(warm, again, 'no fault'))?.ms ?? 0
  warm.end()

  const seeds = Array.from({ length: SEEDS }, (_seed, index) => index + 1)
  let killed = 0
  let met = 0
  const lane = async () => {
    let victim = next()
    for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
      const random = randomOf(seed)
      const workspaceId = await makeWorkspace(`seed-${seed}`)
      let told = `SEED=${seed}`
      // Now and then the one that recovers is killed as well.
      for (let kills = random() < 0.2 ? 2 : 1; kills > 0; kills -= 1) {
        // Most faults are thrown, which a process survives; the others are kills, at a point or at any time.
        const kind = random() < 0.8 ? 'throw' : 'kill'
        const [point, nth] = POINTS[Math.floor(random() * POINTS.length)] as readonly [string, number]
        const byTime = kind === 'kill' && random() < 0.5
        const fault = byTime ? null : `${point}:${kind}:${nth}`
        const killAfterMs = byTime ? Math.floor(random() * usualMs) : null
        told += ` FAULT=${fault ?? `${killAfterMs} ms`}`
        const answer = await victim.order({ do: 'die', job: { workspaceId, fault, killAfterMs } })
        if (answer === null) killed += 1
        if (answer?.end !== 'survived') met += 1
        // Killed, or faster than the clock, which still ticks.
        if (answer === null || byTime) {
          victim.end()
          victim = next()
        }
      }
      const answer = await finish(victim, { workspaceId, fault: null, killAfterMs: null }, told)
      expect([told, ...(answer?.books ?? [])]).toEqual([told, ...expected])
    }
    victim.end()
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  standby.end()
  expect(killed).toBeGreaterThan(SEEDS * 0.1)
  // A thrown fault that the product mends by itself is survived.
  expect(met).toBeGreaterThan(SEEDS * 0.25)
  const { rows } = await pool().query(`SELECT 1 FROM import WHERE status IN ('receiving', 'stored', 'importing')`)
  expect(rows).toEqual([])
})
