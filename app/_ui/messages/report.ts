/** Words of saved what-if reports, on screen and on paper. */
import type { BandBar, Condition, Risk } from '../../../lib/core/report/what-if-report'

const risks: Record<Risk, string> = {
  quality: 'Answers may be worse for your work: nothing here measures them. Try your own prompts before moving.',
  prices_move: 'Hosts change prices: DeepSeek halved its list in September 2025 and raised it in August 2026.',
  data_leaves: 'Prompts and answers go to another company; contracts and residency rules have to allow it.',
  estimate: 'Throughput is estimated from published measurements, not measured on your calls.',
  tuning: 'An engine with default settings reaches about 0.4 of a tuned one under bursts.',
  rents_move: 'Rents of GPUs rose as well as fell in the past year; ±35 % is in the band.',
  demand_falls: 'Own GPUs cost the same when demand falls; an API does not.',
  chance: 'At the dear end of the band this costs more than today.',
}

export const report = {
  kind: 'What-if report',
  title: 'Saved reports',
  sentence: 'Questions you kept, as they were answered',
  question: (share: string, calls: string, period: string, target: string) =>
    `Move ${share} of ${calls}, ${period}, to ${target}`,
  and: '; ',
  allCalls: 'all calls',
  callsOf: (what: string) => `the calls of ${what}`,
  noProject: 'no project',
  selection: {
    host: 'host',
    model: 'model',
    project: 'project',
    service_tier: 'tier',
    api_key: 'key',
  } as Readonly<Record<string, string>>,
  tag: (name: string, values: string) => `${name} ${values}`,
  prompts: (min: string, max: string) =>
    max === '' ? `prompts from ${min} tokens` : `prompts of ${min === '' ? '0' : min} to ${max} tokens`,
  hours: (from: string, to: string, zone: string) => `the hours ${from} to ${to} (${zone})`,
  period: (from: string, to: string) => `${from} to ${to}`,
  statedMonth: 'a stated month of 730 hours',
  hosted: (model: string, host: string) => `${model} at ${host}`,
  own: (model: string, precision: string, gpu: string, acquire: string) =>
    `${model}${precision} on own ${gpu}, ${acquire}`,
  atPrecision: (precision: string) => ` at ${precision.toUpperCase()}`,
  rented: 'rented',
  bought: 'bought',
  saves: 'saved a month, most likely',
  costs: 'more a month, most likely',
  same: 'changes nothing',
  range: (low: string, high: string) => `Between ${low} and ${high} a month`,
  chance: (percent: string) => `${percent} chance that it saves at all`,
  chartTitle: 'A month of 730 hours: today, on a host, on own GPUs',
  chartSummary: (parts: string) => `Bars of the monthly cost. ${parts}.`,
  bars: { today: 'Today', hosted: 'Host', own: 'Own GPUs' } satisfies Record<BandBar['name'], string>,
  barNames: (name: string, what: string) => `${name}: ${what}`,
  band: (low: string, high: string) => `${low} to ${high}`,
  facts: {
    now: 'Cost now, a month',
    thenCost: 'Cost then, a month',
    saving: 'Saving, a month',
    payback: 'Migration paid back',
    breakEven: 'Break-even volume',
    fleet: 'Fleet',
    utilisation: 'Utilisation',
    perMillion: 'Per million output tokens',
  },
  months: (count: string) => `after ${count} months`,
  never: 'never at this volume',
  outputTokens: (count: string) => `${count} output tokens a month`,
  spilling: (own: string, place: string) => `${own}, the rest to ${place}`,
  severalFleet: (fleet: string, model: string, utilisation: string | null) =>
    utilisation === null ? `${model}: ${fleet}` : `${fleet}, ${model}, ${utilisation} used`,
  atThat: (perMillion: string, full: string) => `${perMillion} (${full} if always full)`,
  mustBeTrue: 'What must be true',
  conditions: (condition: Condition): string => {
    switch (condition.name) {
      case 'answers_good':
        return 'The new answers are good enough for your work, proved on your own prompts.'
      case 'prices_hold':
        return `The target’s prices stay as they were on ${condition.on}.`
      case 'moved_cost_at_most':
        return `The moved calls may cost up to ${condition.times} times the likely sum before the saving is gone.`
      case 'rent_at_most':
        return `A GPU costs at most ${condition.limit} an hour (here: ${condition.now}).`
      case 'throughput_at_least':
        return `${condition.fleet === null ? '' : `${condition.fleet}: `}${condition.gpus} GPU${condition.gpus === 1 ? ' gives' : 's give'} ${condition.perReplica} output tokens a second under your load: measure it first.`
      case 'volume_at_least':
        return `Volume stays above ${condition.perMonth} output tokens a month.`
      case 'staff_enough':
        return `${condition.perMonth} a month is enough to operate it.`
    }
  },
  risksTitle: 'Risks',
  risks,
  origin: {
    frozen: (when: string, by: string) =>
      `Frozen ${when}${by}. It does not change when usage, prices or the estimator do.`,
    by: (actor: string) => ` by ${actor}`,
    data: (records: string, digest: string) => `Made from ${records} records; SHA-256 of their daily sums ${digest}.`,
    prices: (today: number, target: number, digest: string) =>
      `Priced with ${today} entries of the price book today and ${target} of the target (SHA-256 of their ids ${digest}).`,
    digest: (digest: string) => `SHA-256 of this report ${digest}.`,
  },
  save: 'Save as report',
  saving: 'Saving',
  open: 'Saved reports',
  list: {
    question: 'Question',
    saving: 'Saving a month',
    range: 'Range',
    made: 'Made',
    links: 'Links',
    live: (count: number) => (count === 0 ? 'not shared' : count === 1 ? '1 open link' : `${count} open links`),
    choose: 'Choose',
    chooseOne: (question: string) => `Choose: ${question}`,
    compare: (count: number) => `Compare ${count} side by side`,
    compareHint: 'Choose two to four to see them side by side.',
    empty: 'No report yet',
    emptyText:
      'A what-if that is worth showing can be kept as it was answered, printed, and shared with somebody who has no account.',
    emptyAction: 'Ask a what-if',
  },
  receipt: {
    title: 'Savings receipt',
    note: 'What was promised and what came, on the calls really made since the switch',
    before:
      'Once the switch is made, this page prices the calls of the new place month by month: as they were made, and as they would have been before.',
    on: 'Switched on',
    host: 'Host of the calls now',
    model: 'Model of the calls now',
    monthly: 'Fleet, dollars a month',
    monthlyHint: 'What the own GPUs and their operation really cost; empty for a host that bills calls.',
    mark: 'The switch is made',
    undo: 'It was not made',
    since: (day: string, where: string) => `Since ${day} on ${where}`,
    month: 'Month',
    without: 'Without the switch',
    paid: 'Paid',
    realised: 'Saved',
    promised: 'Promised at this volume',
    kept: (realised: string, promised: string) => `${realised} saved; ${promised} was promised for these calls`,
    nothing: 'No calls at the new place yet.',
  },
  compare: {
    title: 'Side by side',
    best: (target: string, saving: string) => `The most is saved by ${target}: ${saving} a month`,
    differ: 'These answers are about different calls or periods; compare shares, not sums.',
    chart: 'Cost then, a month',
    label: (number: number, text: string) => `${number}. ${text}`,
    measure: 'Measure',
    lowSaving: 'Saving at the low end',
    highSaving: 'Saving at the high end',
    chance: 'Chance that it saves',
    stays: 'Cannot move',
    nothing: 'nothing',
    reasons: (count: number) => (count === 1 ? 'for 1 reason' : `for ${count} reasons`),
    empty: 'Nothing chosen',
  },
  pdf: 'PDF',
  share: 'Share',
  shareTitle: 'Share this report',
  shareText:
    'Whoever has the link reads this one report until it ends, without an account. It shows nothing else of the workspace.',
  shareEnds: 'Ends after',
  shareDays: (days: number) => `${days} days`,
  makeLink: 'Make a link',
  link: 'Link',
  linkOnce: 'This address is shown once. Send it now; afterwards a link can only be ended.',
  links: 'Open links',
  linkBy: (actor: string, ends: string) => `made by ${actor}, ends ${ends}`,
  endLink: 'End',
  ended: 'The link is ended.',
  done: 'Done',
  remove: 'Delete',
  removeTitle: 'Delete this report?',
  removeText: 'The frozen answer and every link to it are gone for good.',
  sharedFoot: 'A frozen report, shared by link.',
  backToWhatIf: 'What-if',
  pdfName: 'what-if-report',
} as const
