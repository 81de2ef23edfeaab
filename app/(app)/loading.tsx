import { Skeleton } from '../_ui/kit/states'
import { t } from '../_ui/messages/en'

/** The shape of every spend screen: a line, a figure, a panel. */
export default function ScreenLoading() {
  return (
    <div>
      <Skeleton className="mb-6 h-7 w-72 max-w-full" label={t.shell.loading} />
      <Skeleton className="mb-2 h-5 w-44" />
      <Skeleton className="mb-6 h-11 w-60" />
      <Skeleton className="h-96" />
    </div>
  )
}
