/**
 * Refits the serving estimator on the published measurements in test/golden/estimator/measured.csv.
 *
 *   npx tsx test/bench/fit-estimator.ts            cross-validates, then writes constants and the error table (minutes)
 *   npx tsx test/bench/fit-estimator.ts --quick    in-sample only, writes nothing
 *   npx tsx test/bench/fit-estimator.ts --dry      cross-validates by group, writes nothing
 *   … --skipped   names the points that are not estimated    … --slices   more lines    … --worst   the cells furthest out
 *
 * The fit itself: test/support/estimator-fit.ts.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { RESIDUAL_KINDS, type ResidualKind, residualKind } from '../../lib/core/simulate/estimator/estimate'
import { readMeasured } from '../golden/estimator/read-measured'
import {
  FOLDS,
  fitConstants,
  foldOf,
  leaveOneOut,
  NAMES,
  quantile,
  type Row,
  residual,
  rowsOf,
  type Score,
  score,
} from '../support/estimator-fit'

const ROUNDS = 40
const FIT_ON = '2026-11-29'
const asked = (flag: string) => process.argv.includes(flag)

function line(name: string, s: Score): string {
  const percent = (v: number) => `${(100 * v).toFixed(1)} %`
  return `| ${name} | ${s.points} | ${percent(s.medianError)} | ${percent(s.within125)} | ${percent(s.within150)} | ${percent(s.within200)} | ${s.bias.toFixed(2)} |`
}

const kindOf = (row: Row): ResidualKind => residualKind(row.measured.point)

function main(): void {
  const { rows, skipped } = rowsOf(readMeasured())
  const fittable = rows.filter((row) => row.measured.mode !== 'online-burst')
  const bursts = rows.filter((row) => row.measured.mode === 'online-burst')
  const table: string[] = []
  const say = (text: string) => {
    table.push(text)
    process.stdout.write(`${text}\n`)
  }
  say(
    `${rows.length} points, ${new Set(rows.map((r) => r.measured.group)).size} groups; ${skipped.length} not estimated`,
  )
  if (asked('--skipped')) process.stdout.write(`${skipped.join('\n')}\n`)
  say('| test | points | median error | within 1.25× | within 1.5× | within 2× | measured ÷ estimated |')
  say('|---|---|---|---|---|---|---|')
  const constants = fitConstants(fittable, ROUNDS)
  const inSample = score(fittable.map((r) => residual(r, constants)))
  say(line('in-sample', inSample))
  if (asked('--quick')) {
    process.stdout.write(`${JSON.stringify({ inSample, constants }, null, 1)}\n`)
    slices(fittable, (r) => residual(r, constants), say)
    worst(fittable, (r) => residual(r, constants))
    return
  }
  const unseen = new Map<Row, number>()
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const c = fitConstants(
      fittable.filter((row) => foldOf(row.measured.group) !== fold),
      ROUNDS,
    )
    for (const row of fittable) if (foldOf(row.measured.group) === fold) unseen.set(row, residual(row, c))
  }
  const ratio = (row: Row) => unseen.get(row) as number
  say(line('**10-fold cross-validation by group: every point unseen**', score(fittable.map(ratio))))
  slices(fittable, ratio, say)
  worst(fittable, ratio)
  if (asked('--dry')) return

  const leave = { source: (r: Row) => r.measured.source, GPU: gpuOf, model: modelOf }
  for (const [name, key] of Object.entries(leave)) {
    const out = leaveOneOut(fittable, key, ROUNDS, 8)
    say(line(`**whole ${name}s left out**`, score([...out.values()])))
    if (name === 'source') {
      for (const source of [...new Set(fittable.map(key))].sort()) {
        const part = [...out].filter(([row]) => key(row) === source).map(([, value]) => value)
        if (part.length > 0) say(line(`– ${source}`, score(part)))
      }
    }
  }
  say(line('default engines under bursts, never fitted', score(bursts.map((r) => residual(r, constants)))))

  const all = fittable.map(ratio)
  const four = (value: number) => Number(value.toFixed(4))
  const percentiles = Array.from({ length: 101 }, (_, i) => four(quantile(all, i / 100)))
  const kinds = Object.fromEntries(
    RESIDUAL_KINDS.map((kind) => {
      const part = fittable.filter((row) => kindOf(row) === kind)
      const at = (share: number) => four(quantile(part.map(ratio), share))
      return [kind, { points: part.length, p10: at(0.1), p50: at(0.5), p90: at(0.9) }]
    }),
  )
  const fit = {
    fittedOn: FIT_ON,
    points: fittable.length,
    groups: new Set(fittable.map((r) => r.measured.group)).size,
    inSample,
    crossValidated: score(all),
    /** Share of unseen points inside p10 to p90, where the points of the fold gave no quantile. */
    coverage: four(coverage(fittable, ratio)),
    constants: Object.fromEntries(NAMES.map((name) => [name, Number(constants[name].toPrecision(5))])),
    residuals: { kinds, all: percentiles },
  }
  writeFileSync('lib/core/simulate/data/estimator-constants.json', `${JSON.stringify(fit, null, 1)}\n`)
  const doc = readFileSync('docs/estimator.md', 'utf8')
  const [head, tail] = [doc.split('<!-- errors -->')[0], doc.split('<!-- /errors -->')[1]]
  const lines = table.join('\n').replace(/^(.*)\n/, '$1\n\n')
  const ranges = RESIDUAL_KINDS.map((kind) => {
    const k = kinds[kind] as { points: number; p10: number; p50: number; p90: number }
    return `| ${kind} | ${k.points} | ${k.p10.toFixed(2)} | ${k.p50.toFixed(2)} | ${k.p90.toFixed(2)} |`
  })
  writeFileSync(
    'docs/estimator.md',
    `${head}<!-- errors -->\n${lines}\n\n| range | points | p10 | p50 | p90 |\n|---|---|---|---|---|\n${ranges.join('\n')}\n\nInside p10 to p90, ranges taken from the other folds: ${(100 * fit.coverage).toFixed(1)} % of the unseen points.\n<!-- /errors -->${tail}`,
  )
}

function coverage(rows: readonly Row[], ratio: (row: Row) => number): number {
  let inside = 0
  for (let fold = 0; fold < FOLDS; fold += 1) {
    for (const kind of RESIDUAL_KINDS) {
      const same = rows.filter((row) => kindOf(row) === kind)
      const others = same.filter((row) => foldOf(row.measured.group) !== fold).map(ratio)
      const [low, high] = [quantile(others, 0.1), quantile(others, 0.9)]
      const held = same.filter((row) => foldOf(row.measured.group) === fold).map(ratio)
      inside += held.filter((value) => value >= low && value <= high).length
    }
  }
  return inside / rows.length
}

const gpuOf = (r: Row) => r.measured.point.gpu.name
const modelOf = (r: Row) => r.measured.point.model.name

function slices(rows: readonly Row[], ratio: (row: Row) => number, say: (text: string) => void): void {
  const by = (name: string, key: (row: Row) => string) => {
    for (const k of [...new Set(rows.map(key))].sort()) {
      const part = rows.filter((row) => key(row) === k)
      if (part.length >= 20) say(line(`${name} ${k}`, score(part.map(ratio))))
    }
  }
  by('engine', (r) => r.measured.point.engine)
  by('mode', (r) => r.measured.mode)
  by('source', (r) => r.measured.source)
  if (!asked('--slices')) return
  by('precision', (r) => r.measured.point.precision.name)
  by('model', modelOf)
  by('gpu', gpuOf)
}

function worst(rows: readonly Row[], ratio: (row: Row) => number): void {
  if (!asked('--worst')) return
  const cells = new Map<string, number[]>()
  for (const row of rows) {
    const { group, mode, point } = row.measured
    const key = `${group} ${point.engine} ${point.precision.name} ${mode} tp${point.tensor} dp${point.data} n${point.gpus}`
    cells.set(key, [...(cells.get(key) ?? []), ratio(row)])
  }
  const ranked = [...cells].map(([key, ratios]) => ({ key, n: ratios.length, s: score(ratios) }))
  ranked.sort((a, b) => b.n * b.s.medianError - a.n * a.s.medianError)
  for (const { key, s } of ranked.slice(0, 45)) process.stdout.write(`${line(key, s)}\n`)
}

main()
