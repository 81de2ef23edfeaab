import { LinkButton } from '../_ui/kit/button'
import { EmptyState } from '../_ui/kit/states'
import { t } from '../_ui/messages/en'

export default function ScreenNotFound() {
  return (
    <div className="mx-auto max-w-175 pt-[8vh]">
      <h1 className="sr-only">{t.shell.notFoundTitle}</h1>
      <EmptyState title={t.shell.notFoundTitle} action={<LinkButton href="/">{t.shell.toOverview}</LinkButton>}>
        <p>{t.shell.notFoundText}</p>
      </EmptyState>
    </div>
  )
}
