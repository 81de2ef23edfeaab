/** Words of the advisor. */
import type { AdvisorQuestion, AdvisorResult } from '../../../lib/core/simulate/advisor/decide'

const questions: Record<AdvisorQuestion, string> = {
  needs_ai: 'Does it need a language model at all?',
  may_leave: 'May its data leave the company?',
  budget: 'Does it cost more than $500 a month?',
  best_quality: 'Is the absolute best quality needed?',
}
const hints: Record<AdvisorQuestion, string> = {
  needs_ai: 'Rules, search or a small classifier are cheaper and easier to check where they do.',
  may_leave: 'Contracts, residency rules and secrets decide; if not, only own GPUs are left.',
  budget: 'Below that, GPUs of one’s own cost more than they save.',
  best_quality: 'If the second best would do, an open model costs a fraction.',
}
const results: Record<AdvisorResult, string> = {
  no_model: 'No language model',
  closed_api: 'Closed model, by API',
  open_api: 'Open model, by API',
  self_host: 'Open model, on own GPUs',
}

export const advisor = {
  title: 'Advisor',
  sentence: 'Open or closed, API or own GPUs: one answer per project',
  period: (from: string, until: string) => `Costs from the hours of ${from} to ${until}`,
  questions,
  hints,
  results,
  yes: 'Yes',
  no: 'No',
  unanswered: 'not answered',
  fromData: 'from your data',
  project: 'Project',
  noProject: '(no project)',
  spend: 'Cost now, a month',
  advice: 'Advice',
  next: (question: string) => `Next: ${question}`,
  or: ' or ',
  whicheverCheaper: 'whichever is cheaper',
  answersTitle: (project: string) => `What decides for ${project}`,
  answersNote: 'Asked once and kept for everybody of this workspace',
  floor: 'Least quality index',
  floorHint: 'Models below it, and those without enough data, are not advised. Empty: no floor.',
  budgetField: 'Budget, dollars a month',
  budgetHint: (spend: string) => `Empty: what is spent now, ${spend}.`,
  save: 'Save answers',
  savedBy: (by: string, at: string) => `Answered by ${by}, ${at}`,
  adviceFor: (project: string, result: string) => `${project}: ${result}`,
  onModel: (model: string, where: string) => `${model}, ${where}`,
  monthly: (amount: string) => `${amount} a month`,
  insteadOf: (amount: string) => `instead of ${amount}`,
  noneFits: 'No candidate fits what was asked: lower the quality floor, or choose a model by hand in What-if.',
  asksNext: (question: string) => `One more answer is needed: ${question}`,
  noModelText:
    'Save the money: what does not need a language model is better served by rules, search or a small classifier.',
  optionsTitle: 'All candidates, on this project’s own hours',
  optionsNote: 'Costs are whole months of the project, with what cannot move left where it is',
  kind: 'Way',
  model: 'Model',
  cost: 'Cost, a month',
  quality: 'Quality index',
  licence: 'Licence',
  context: 'Context',
  vram: 'Weights',
  proprietary: 'proprietary',
  unknown: '—',
  gb: (gb: string) => `${gb} GB`,
  index: (index: number, low: number, high: number) => `${index} (${low}–${high})`,
  benchmarks: (n: number, own: number, of: number) => `n = ${n}; ${own} of ${of} scores the maker’s own`,
  insufficient: 'insufficient data',
  onlyN: (n: number) => `n = ${n}`,
  belowFloor: 'below the floor',
  chosen: 'advised',
  staysText: (calls: string) => `${calls} calls stay`,
  inWhatIf: 'Open in What-if',
  notesTitle: 'Honest notes',
  notes: {
    deepseek_rarely_pays:
      'Self-hosting the same DeepSeek model rarely beats DeepSeek’s own API, which runs at a scale that one node cannot reach.',
    r1_hardware:
      'R1’s native FP8 weights are ~673 GB: 8 × H200, not 16 × A100 (no FP8 there, and BF16 needs 1,342 GB).',
    data_leaves_with_spill: 'With spill-over, peaks still go to an API: data leaves.',
  },
  qualityNote: (checked: string) =>
    `The index is made of published benchmarks (coding 40 %, reasoning 30 %, knowledge 15 %, preference 15 %), 50 the mean of the table and 15 one standard deviation, checked ${checked}. Harnesses differ and most scores are the makers’ own: try your own prompts.`,
  empty: 'Open or closed?',
  emptyText:
    'Once there is usage, this page asks four questions per project and answers with a model, its cost on your own hours, and its quality.',
  emptyAction: 'Import usage',
  back: 'All projects',
} as const
