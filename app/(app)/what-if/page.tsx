import type { Metadata } from 'next'
import { parseQuestion, QUESTION_PARAMS } from '../../../lib/core/report/what-if-question'
import { requirePagePrincipal } from '../../../lib/server/auth/page'
import { readWhatIf } from '../../../lib/server/read/what-if'
import { t } from '../../_ui/messages/en'
import { EmptyWhatIf, WhatIfScreen } from '../../_ui/what-if/what-if-screen'
import { type PageQuery, singleValues } from '../page-query'

export const metadata: Metadata = { title: t.shell.whatIf }

export default async function WhatIfPage({ searchParams }: { searchParams: Promise<PageQuery> }) {
  const principal = await requirePagePrincipal()
  const params = singleValues(await searchParams, QUESTION_PARAMS)
  const question = parseQuestion(params)
  const whatIf = await readWhatIf(principal, question, params.period, Date.now())
  if (whatIf.state === 'empty') return <EmptyWhatIf />
  return (
    <WhatIfScreen
      question={question}
      first={{ answer: whatIf.answer, refused: whatIf.refused }}
      choice={whatIf.choice}
      choices={whatIf.choices}
      from={whatIf.from}
      until={whatIf.until}
    />
  )
}
