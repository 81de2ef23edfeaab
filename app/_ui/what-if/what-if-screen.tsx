import { instantText } from '../../../lib/core/report/format'
import { LinkButton } from '../kit/button'
import { EmptyState } from '../kit/states'
import { t } from '../messages/en'
import { LiveWhatIf, type LiveWhatIfProps } from './live-what-if'

export function EmptyWhatIf() {
  return (
    <>
      <h1 className="sr-only">{t.whatIf.title}</h1>
      <EmptyState
        title={t.whatIf.empty}
        action={
          <LinkButton tone="primary" href="/imports">
            {t.whatIf.emptyAction}
          </LinkButton>
        }
      >
        {t.whatIf.emptyText}
      </EmptyState>
    </>
  )
}

/** The what-if: the question as a sentence, then the saving, the hours, and what the answer rests on. */
export function WhatIfScreen(props: Omit<LiveWhatIfProps, 'topLine'>) {
  // A new period is a new page; every other change is answered on it.
  return (
    <LiveWhatIf {...props} key={`${props.from} ${props.until}`} topLine={t.whatIf.until(instantText(props.until))} />
  )
}
