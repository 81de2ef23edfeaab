/** What a self-hosting answer rests on. */
import { roundToCents, usdToText } from '../money/usd'
import { type Assumption, assumed, DEFAULTS, escalationOf, fact, given } from './assumption'
import { ESTIMATOR_FIT } from './estimator/estimate'
import type { ServingPoint } from './estimator/point'
import type { CallShape } from './fleet/demand'
import { BUY_DEFAULTS } from './fleet/ownership'
import type { FleetSettings } from './fleet/plan'
import type { FleetQuestion } from './fleet-question'
import type { FullTarget } from './full-target'
import { machineCard } from './local-machine'
import type { ScenarioAssumptions } from './scenario'

export interface FleetBasis {
  readonly shape: CallShape
  /** With the cache hits of today's host. */
  readonly asked: CallShape
  readonly settings: FleetSettings
  /** Of a GPU, before what a stated calculation adds to it. */
  readonly price: FleetSettings['gpuPrice']
  readonly tuned: number
  readonly realism: number
  readonly growth: number
  readonly firstTokenSeconds: number
  /** A benchmark of one's own stands for the estimate. */
  readonly measured: boolean
}

export function selfHostedAssumptions(question: FleetQuestion, card: ServingPoint, basis: FleetBasis): Assumption[] {
  const { target } = question
  const assumptions = withoutMachine(question)
  const { shape, asked, settings, tuned, realism, growth } = basis
  const own = (
    name: 'staff_per_month' | 'migration_cost' | 'max_ms_per_token' | 'storage_per_month' | 'annual_discount',
    unit: string,
  ) => {
    const value = assumptions[name]
    if (target.setByMachine?.has(name) === true) return machineFact(target, name, '0', unit)
    return value === undefined ? assumed(name, String(DEFAULTS[name].likely), unit) : given(name, String(value), unit)
  }
  const perReplica = `${tuned.toFixed(0)}`
  const { price } = basis
  return [
    !basis.measured
      ? fact(
          'throughput',
          perReplica,
          'output tokens/s per replica, tuned',
          `Estimator fitted on ${ESTIMATOR_FIT.points} published measurements. Median error ${percent(ESTIMATOR_FIT.crossValidated.medianError)} on model and GPU groups it has not seen, ${percent(ESTIMATOR_FIT.crossValidated.within150)} within 1.5 times; ${percent(ESTIMATOR_FIT.inSample.medianError)} and ${percent(ESTIMATOR_FIT.inSample.within150)} on those it was fitted to (docs/estimator.md)`,
        )
      : given(
          'throughput',
          perReplica,
          target.benchmark?.input_tokens === undefined
            ? 'output tokens/s per replica, measured'
            : 'output tokens/s per replica, the estimate anchored to your benchmark',
        ),
    target.setByMachine?.has('realism') === true
      ? machineFact(target, 'realism', realism.toString(), '×')
      : assumptions.realism === undefined
        ? basis.measured
          ? given('realism', realism.toString(), '×, the benchmark is of the engine as deployed')
          : assumed('realism', realism.toString(), '×')
        : given('realism', realism.toString(), '×'),
    price.kind === 'rent'
      ? target.price_per_gpu_hour === undefined
        ? fact('rent', usdToText(price.hour), '$/GPU-hour', card.gpu.priceSource ?? card.gpu.source, card.gpu.checkedOn)
        : given('rent', usdToText(price.hour), '$/GPU-hour')
      : fact('owned_gpu', usdToText(roundToCents(price.month)), '$/GPU-month', ownedText(question), card.gpu.checkedOn),
    ...(settings.gpusPerNode === undefined || settings.gpusPerNode === 1
      ? []
      : [
          target.gpus_per_node === undefined
            ? fact(
                'node',
                settings.gpusPerNode.toString(),
                'GPUs to a node',
                'Boards on NVLink are sold eight to a server',
              )
            : given('node', settings.gpusPerNode.toString(), 'GPUs to a node'),
        ]),
    peakToMeanOf(question),
    assumptions.max_first_token_ms === undefined
      ? assumed('max_first_token_ms', (1000 * basis.firstTokenSeconds).toFixed(0), 'ms, rough')
      : given('max_first_token_ms', String(assumptions.max_first_token_ms), 'ms, rough'),
    assumptions.max_utilisation === undefined
      ? fact(
          'fullness',
          '0.6 for one replica, 0.75 for four, 0.85 for ten, less where calls would wait too long',
          '',
          'Practice ceiling under an Allen-Cunneen M/G/R bound on the mean wait, arrivals burstier than Poisson (c² = 3)',
        )
      : given('fullness', String(assumptions.max_utilisation), 'of what the replicas can do'),
    ...(target.spill_to === undefined
      ? []
      : [
          fact(
            'spill_to',
            `${target.spill_to.host} / ${target.spill_to.model}`,
            '',
            'At its dated prices of each hour and as likely for each pair of models; what it cannot take stays where it is',
          ),
        ]),
    ...(assumptions.gpu_overhead === undefined
      ? []
      : [given('gpu_overhead', (100 * assumptions.gpu_overhead).toFixed(1), '% over the price of a GPU')]),
    ...(assumptions.escalation === undefined ? [] : [escalationOf(assumptions.escalation)]),
    ...(assumptions.hours_per_month === undefined
      ? []
      : [given('hours_per_month', String(assumptions.hours_per_month), 'hours')]),
    ...(assumptions.utilisation === undefined ? [] : [given('utilisation', String(assumptions.utilisation), 'mean')]),
    own('max_ms_per_token', 'ms'),
    own('staff_per_month', '$/month'),
    own('storage_per_month', '$/month'),
    own('migration_cost', '$ once'),
    assumptions.growth_per_month === undefined
      ? assumed('growth_per_month', (100 * growth).toFixed(1), '% a month')
      : given('growth_per_month', (100 * growth).toFixed(1), '% a month'),
    own('annual_discount', 'a year'),
    fact(
      'prior_volume',
      '0.7 to 1.5',
      '× the grown volume, for the chance',
      'What demand will be in 36 months is not known; assumed',
    ),
    fact(
      'prior_api',
      '0.5 to 1.25',
      '× today’s prices, for the chance',
      'API prices fell more often than they rose (price book); assumed',
    ),
    fact(
      'prior_answers',
      '0.8 to 1.3',
      '× today’s output, in the range',
      'Answers of another model differ in length; assumed',
    ),
    ...spareOf(question, settings),
    fact(
      'call_shape',
      `${shape.inputTokens.toFixed(0)} in, ${shape.outputTokens.toFixed(0)} out, ${(100 * shape.cachedFraction).toFixed(0)} % cached`,
      'tokens per call',
      'Mean of the calls of the period',
    ),
    ...(asked.cachedFraction > shape.cachedFraction
      ? [
          fact(
            'own_cache',
            `${(100 * shape.cachedFraction).toFixed(0)} % of today's ${(100 * asked.cachedFraction).toFixed(0)} %`,
            'of prompt tokens',
            'What the memory beside the weights keeps for five minutes, as hosts do; older prompts are read again',
          ),
        ]
      : []),
    fact('model_context', card.model.maxContext.toString(), 'tokens', card.model.source, card.model.checkedOn),
    fact(
      'gpu_card',
      `${card.gpu.memoryGb} GB, ${card.gpu.bandwidthGbps} GB/s, ${card.gpu.watts ?? '?'} W`,
      card.gpu.name,
      card.gpu.source,
      card.gpu.checkedOn,
    ),
  ]
}

/** A fleet of stated size has no spare but what its size leaves; work that can wait for a start needs none. */
function spareOf({ target, assumptions }: FleetQuestion, { policy }: FleetSettings): Assumption[] {
  if (target.setByMachine?.has('production') === true) return [machineFact(target, 'production', 'no spare', '')]
  if (assumptions.production === false) return [given('production', 'no spare', '')]
  if (policy === 'fixed' || policy === 'scale_to_zero') return []
  const source =
    'A service that people wait for survives one failure; a floor with spill-over keeps the API as its spare'
  return [fact('production', 'two replicas at least, one spare', '', source)]
}

function peakToMeanOf({ assumptions, busiest }: FleetQuestion): Assumption {
  if (assumptions.peak_to_mean !== undefined) return given('peak_to_mean', String(assumptions.peak_to_mean), '×')
  if (busiest === null) return assumed('peak_to_mean', String(DEFAULTS.peak_to_mean.likely), '×')
  return fact(
    'peak_to_mean',
    busiest.peakToMean.toFixed(2),
    '×',
    `Busiest five minutes over the hour, measured on the ${busiest.hours} busiest hours with single calls`,
    '',
  )
}

function ownedText({ assumptions }: FleetQuestion): string {
  const own = assumptions.buy ?? {}
  const months = own.months ?? BUY_DEFAULTS.months
  const percent = (share: number) => `${Number((100 * share).toFixed(1))} %`
  const power =
    own.colocation_per_kw_month === undefined
      ? `power at $${own.dollars_per_kwh ?? BUY_DEFAULTS.dollarsPerKwh}/kWh × PUE ${own.power_usage_effectiveness ?? BUY_DEFAULTS.powerUsageEffectiveness}, drawn as busy as it is`
      : `colocation at $${own.colocation_per_kw_month} a kW and month`
  return `Capital recovery over ${months} months at ${percent(own.annual_rate ?? BUY_DEFAULTS.annualRate)}, residual ${percent(own.residual ?? BUY_DEFAULTS.residual)}; ${power}; maintenance ${percent(own.maintenance ?? BUY_DEFAULTS.maintenance)} a year; every part can be given`
}

/** What the asker said, without what comes with a machine. */
function withoutMachine({ assumptions, target }: FleetQuestion): ScenarioAssumptions {
  const asked = Object.entries(assumptions).filter(
    ([name]) => target.setByMachine?.has(name as keyof ScenarioAssumptions) !== true,
  )
  return Object.fromEntries(asked) as ScenarioAssumptions
}

function machineFact({ machine }: FullTarget, name: string, value: string, unit: string): Assumption {
  const source = machine === undefined ? '' : machineCard(machine).source
  return fact(name, value, unit, `A machine under a desk, its runtime as it comes, run by who uses it. ${source}`)
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)}\u00a0%`
}
