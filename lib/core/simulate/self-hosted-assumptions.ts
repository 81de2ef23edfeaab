/** What a self-hosting answer rests on. */
import { usdToText } from '../money/usd'
import { type Assumption, assumed, DEFAULTS, fact, given } from './assumption'
import { ESTIMATOR_FIT } from './estimator/estimate'
import type { ServingPoint } from './estimator/point'
import type { CallShape } from './fleet/demand'
import type { FleetSettings } from './fleet/plan'
import type { ScenarioAssumptions, SelfHostedTargetInput } from './scenario'

export function selfHostedAssumptions(
  question: { readonly assumptions: ScenarioAssumptions; readonly target: SelfHostedTargetInput },
  card: ServingPoint,
  shape: CallShape,
  settings: FleetSettings,
  tuned: number,
  realism: number,
  growth: number,
): Assumption[] {
  const { assumptions, target } = question
  const own = (
    name:
      | 'peak_to_mean'
      | 'staff_per_month'
      | 'migration_cost'
      | 'max_ms_per_token'
      | 'storage_per_month'
      | 'annual_discount',
    unit: string,
  ) => {
    const value = assumptions[name]
    return value === undefined ? assumed(name, String(DEFAULTS[name].likely), unit) : given(name, String(value), unit)
  }
  const perReplica = `${tuned.toFixed(0)}`
  const price = settings.gpuPrice
  return [
    target.measured_output_tokens_per_second === undefined
      ? fact(
          'throughput',
          perReplica,
          'output tokens/s per replica, tuned',
          `Estimator fitted on ${ESTIMATOR_FIT.points} published measurements, median error ${(100 * ESTIMATOR_FIT.crossValidated.medianError).toFixed(0)} % on unseen model and GPU groups (docs/estimator.md)`,
        )
      : given('throughput', perReplica, 'output tokens/s per replica, measured'),
    assumptions.realism === undefined
      ? assumed('realism', realism.toString(), '×')
      : given('realism', realism.toString(), '×'),
    price.kind === 'rent'
      ? target.price_per_gpu_hour === undefined
        ? fact('rent', usdToText(price.hour), '$/GPU-hour', card.gpu.priceSource ?? card.gpu.source, card.gpu.checkedOn)
        : given('rent', usdToText(price.hour), '$/GPU-hour')
      : fact(
          'owned_gpu',
          usdToText(price.month),
          '$/GPU-month',
          'Capital recovery over 36 months at 8 %, residual 30 %, power and maintenance; every part can be given',
          card.gpu.checkedOn,
        ),
    own('peak_to_mean', '×'),
    own('max_ms_per_token', 'ms'),
    own('staff_per_month', '$/month'),
    own('storage_per_month', '$/month'),
    own('migration_cost', '$ once'),
    assumptions.growth_per_month === undefined
      ? assumed('growth_per_month', (100 * growth).toFixed(1), '% a month')
      : given('growth_per_month', (100 * growth).toFixed(1), '% a month'),
    own('annual_discount', 'a year'),
    assumptions.production === false
      ? given('production', 'no spare', '')
      : fact(
          'production',
          'two replicas at least, one spare',
          '',
          'A service that people wait for survives one failure; a floor with spill-over keeps the API as its spare',
        ),
    fact(
      'call_shape',
      `${shape.inputTokens.toFixed(0)} in, ${shape.outputTokens.toFixed(0)} out, ${(100 * shape.cachedFraction).toFixed(0)} % cached`,
      'tokens per call',
      'Mean of the calls of the period',
    ),
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
