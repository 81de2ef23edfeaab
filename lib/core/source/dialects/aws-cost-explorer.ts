/**
 * Answers of Amazon's Cost Explorer (`aws ce get-cost-and-usage`, get_cost_and_usage): hours, days or months by up to two
 * groupings. What the keys of a group name is said once for the whole answer, so that an answer is read whole; where only its
 * results were kept, the keys are told by their form. The filter of the question is not in the answer.
 */
import type { Problem } from '../../result'
import { DAY_MS } from '../../time/instant'
import type { CostRecord } from '../../usage/cost-record'
import { awsCategory, awsUsageOf, isBedrock } from '../aws-cost'
import { billedAmountOf, billedCurrencyOf, buildCost, decimalOf, endsOf } from '../build-cost'
import { textOrNull } from '../build-record'
import type { JsonCostDialect } from '../dialect'
import { isObject, type JsonObject } from '../json'
import { type JsonReading, listAt, objectAt, openObjects } from '../json-rows'
import { quoted } from '../reject'
import { type InstantReader, stop } from '../value'

export const awsCostExplorer: JsonCostDialect = {
  kind: 'json',
  layer: 'billed',
  id: 'aws-cost-explorer',
  title: 'AWS Cost Explorer',
  recognisedBy: 'ResultsByTime of a TimePeriod with Groups or a Total.',
  // Not ResultsByTime: its entries alone do not say what their groups are.
  envelopes: [],
  recognise(value) {
    if (isObject(value) && Array.isArray(value.ResultsByTime)) {
      return value.ResultsByTime.length === 0 || value.ResultsByTime.some(isResult) ? '1' : null
    }
    return isResult(value) ? '1' : null
  },
  explode(answer) {
    if (!isObject(answer)) return [answer]
    const definitions = answer.GroupDefinitions ?? null
    const results = 'ResultsByTime' in answer ? listAt(answer, 'ResultsByTime') : [answer]
    return results.flatMap((result) => {
      if (!isObject(result) || !isResult(result)) return [result]
      const groups = listAt(result, 'Groups')
      // A grouped result has an empty total, one without groups has no groups.
      const metrics = objectAt(result, 'Total')
      const told =
        groups.length > 0 ? groups : metrics !== null && Object.keys(metrics).length > 0 ? [{ Metrics: metrics }] : []
      return told.map((group) =>
        isObject(group) ? { ...group, TimePeriod: result.TimePeriod ?? null, GroupDefinitions: definitions } : group,
      )
    })
  },
  open(options) {
    const ends = endsOf(options)
    let nameless = 0
    const reader = openObjects(options, (group, reading) => {
      const named = namesOf(group)
      const cost = costOfGroup(group, named, reading, ends)
      if (!tells(named)) nameless += 1
      return [cost]
    })
    return { ...reader, note: () => notByService(nameless) }
  },
}

/** Lines that name neither service nor usage type are not known to be of a model. */
export function notByService(lines: number): Problem | null {
  if (lines === 0) return null
  return {
    code: 'NOT_BY_SERVICE',
    message: `${lines} ${lines === 1 ? 'line does' : 'lines do'} not say what they are for: they are kept, and not compared with the usage of models.`,
    remedy: 'Ask with --group-by Type=DIMENSION,Key=SERVICE Type=DIMENSION,Key=USAGE_TYPE and import the answer.',
  }
}

function isResult(value: unknown): boolean {
  return isObject(value) && isObject(value.TimePeriod) && ('Groups' in value || 'Total' in value)
}

/** Groupings by which it is known whether a line is of a model. */
const TELLING: readonly string[] = ['SERVICE', 'USAGE_TYPE']
const ELSEWHERE: readonly string[] = ['LINKED_ACCOUNT', 'REGION']

export function tells(named: readonly Named[]): boolean {
  return named.some(({ kind }) => TELLING.includes(kind))
}

export interface Named {
  /** "SERVICE", "USAGE_TYPE", "LINKED_ACCOUNT", …; "TAG" and "COST_CATEGORY" for keys like "team$search". */
  readonly kind: string
  readonly key: string
}

function namesOf(group: JsonObject): readonly Named[] {
  const definitions = listAt(group, 'GroupDefinitions')
  return listAt(group, 'Keys').map((value, place) => {
    const key = textOrNull(value) ?? ''
    const definition = definitions[place]
    const type = isObject(definition) ? textOrNull(definition.Type) : null
    if (type !== null && type !== 'DIMENSION') return { kind: type, key }
    return { kind: (isObject(definition) ? textOrNull(definition.Key) : null) ?? kindByForm(key), key }
  })
}

function kindByForm(key: string): string {
  if (/^\d{12}$/.test(key)) return 'LINKED_ACCOUNT'
  if (key.includes('$')) return 'TAG'
  if (/^[a-z]{2}(-[a-z]+)+-\d$/.test(key)) return 'REGION'
  return awsUsageOf(key, '').meter !== null || /^[A-Z]{2,4}\d-/.test(key) ? 'USAGE_TYPE' : 'SERVICE'
}

function costOfGroup(
  group: JsonObject,
  named: readonly Named[],
  { instants }: JsonReading,
  ends: InstantReader,
): CostRecord {
  const period = objectAt(group, 'TimePeriod')
  const startMs = instants.require(period?.Start, 'TimePeriod.Start')
  const endMs = ends.require(period?.End, 'TimePeriod.End')
  const cost = costIn(group)
  const used = objectAt(group, 'Metrics', 'UsageQuantity')
  const unit = textOrNull(used?.Unit) ?? ''
  const isCounted = unit !== '' && unit !== 'N/A'
  return explorerCost(named, {
    form: formOf(group, named.length, startMs, endMs),
    startMs,
    endMs,
    amount: billedAmountOf(cost.Amount, 'Metrics.UnblendedCost.Amount'),
    currency: billedCurrencyOf(cost.Unit, 'Metrics.UnblendedCost.Unit'),
    quantity: isCounted ? decimalOf(used?.Amount, 'Metrics.UsageQuantity.Amount') : null,
    unit: isCounted ? unit : null,
  })
}

interface ExplorerLine extends Pick<CostRecord, 'startMs' | 'endMs' | 'amount' | 'currency' | 'quantity' | 'unit'> {
  readonly form: string
}

/** One sum of Cost Explorer, with what its groups name it. */
export function explorerCost(named: readonly Named[], line: ExplorerLine): CostRecord {
  const of = (kind: string) => named.find((name) => name.kind === kind)?.key ?? ''
  const [service, usageType, account] = [of('SERVICE'), of('USAGE_TYPE'), of('LINKED_ACCOUNT')]
  const usage = awsUsageOf(usageType, service)
  const isModelService = service === '' ? isBedrock(usageType) || usage.meter !== null : isBedrock(service)
  const type = of('RECORD_TYPE') || (service === 'Tax' ? 'Tax' : '')
  const { form, ...told } = line
  return buildCost({
    ...told,
    statement: { issuer: 'aws', account: null, form, told: 0, whole: false },
    key: named.map(({ key }) => key),
    host: isModelService ? 'bedrock' : 'aws',
    service: service || null,
    isModelService,
    line: named
      .filter(({ kind, key }) => key !== '' && !ELSEWHERE.includes(kind))
      .map(({ key }) => key)
      .join(' · '),
    ...(isModelService ? usage : {}),
    // Usage costs something: a sum below zero is mostly what was taken off.
    category: type === '' && line.amount.startsWith('-') ? 'adjustment' : awsCategory(type),
    project: account || null,
    region: of('REGION') || null,
  })
}

/** What is invoiced; after discounts where that alone was asked for. Blended and amortized costs are on no invoice. */
function costIn(group: JsonObject): JsonObject {
  const cost = objectAt(group, 'Metrics', 'UnblendedCost') ?? objectAt(group, 'Metrics', 'NetUnblendedCost')
  if (cost !== null) return cost
  const told = Object.keys(objectAt(group, 'Metrics') ?? {}).map(quoted)
  return stop(
    'MISSING_VALUE',
    'Metrics.UnblendedCost',
    `The group has no UnblendedCost${told.length === 0 ? '' : `, only ${told.join(', ')}`}: what was invoiced is not told.`,
    'Ask with --metrics UnblendedCost UsageQuantity.',
  )
}

/**
 * Another grouping of the same days is the same money, and so is the same grouping by month, day or hour. A month that is not
 * over is told again with another end.
 */
function formOf(group: JsonObject, keys: number, startMs: number, endMs: number): string {
  const definitions = listAt(group, 'GroupDefinitions').map((one) =>
    isObject(one) ? `${textOrNull(one.Type) ?? ''} ${textOrNull(one.Key) ?? ''}` : '',
  )
  const by = definitions.length > 0 ? definitions.join(', ') : `${keys}`
  const span = endMs - startMs < DAY_MS ? 'hour' : endMs - startMs === DAY_MS ? 'day' : `${startMs} ${endMs}`
  return `aws-cost-explorer by ${by} by ${span}`
}
