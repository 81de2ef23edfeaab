/** Every dialect, in the order in which they are asked: the ones that ask for less come last. */
import type { Dialect } from './dialect'
import { anthropicUsageCsv } from './dialects/anthropic-usage-csv'
import { openaiUsageCsv } from './dialects/openai-usage-csv'
import { openrouterActivityCsv } from './dialects/openrouter-activity-csv'
import { responsesJsonl } from './dialects/responses-jsonl'
import { tokentabCsv } from './dialects/tokentab-csv'
import { tokentabJsonl } from './dialects/tokentab-jsonl'

export const DIALECTS: readonly Dialect[] = [
  openaiUsageCsv,
  anthropicUsageCsv,
  openrouterActivityCsv,
  tokentabCsv,
  tokentabJsonl,
  responsesJsonl,
]

export interface FormatDescription {
  readonly id: string
  readonly title: string
  readonly recognisedBy: string
}

/** For GET /api/v1/formats. */
export function listFormats(): readonly FormatDescription[] {
  return DIALECTS.map(({ id, title, recognisedBy }) => ({ id, title, recognisedBy }))
}
