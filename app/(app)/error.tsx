'use client'
import { Button, LinkButton } from '../_ui/kit/button'
import { ErrorState } from '../_ui/kit/states'
import { t } from '../_ui/messages/en'

/** A screen that could not be made. The cause stays in the server's log; its digest finds it there. */
export default function ScreenError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <div className="mx-auto max-w-175 pt-[8vh]">
      <h1 className="sr-only">{t.shell.errorWhat}</h1>
      <ErrorState
        what={t.shell.errorWhat}
        kept={t.shell.errorKept}
        remedy={`${t.shell.errorRemedy} ${error.digest === undefined ? '—' : error.digest}`}
        action={
          <>
            <Button tone="primary" onClick={reset}>
              {t.shell.tryAgain}
            </Button>
            <LinkButton href="/">{t.shell.toOverview}</LinkButton>
          </>
        }
      />
    </div>
  )
}
