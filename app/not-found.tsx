import { LinkButton } from './_ui/kit/button'
import { EmptyState } from './_ui/kit/states'
import { t } from './_ui/messages/en'

/** An address that no screen has. */
export default function NotFound() {
  return (
    <main className="mx-auto max-w-175 px-4 pt-[12vh]">
      <h1 className="sr-only">{t.shell.notFoundTitle}</h1>
      <EmptyState title={t.shell.notFoundTitle} action={<LinkButton href="/">{t.shell.toOverview}</LinkButton>}>
        <p>{t.shell.notFoundText}</p>
      </EmptyState>
    </main>
  )
}
