import { countText } from '../../../lib/core/report/format'
import { type ImportView, isBilledOnly } from '../../../lib/core/report/import-view'
import { t } from '../messages/en'

/** One sentence about how an import ended. */
export function outcomeOf(view: ImportView): string {
  if (view.status === 'failed') return t.imports.failed(view.no)
  if (view.accepted === '0' && view.restated === '0' && view.duplicate !== '0') {
    return view.same_bytes_as === null
      ? t.imports.allDuplicate(countText(view.duplicate))
      : t.imports.alreadyImported(view.same_bytes_as)
  }
  if (isBilledOnly(view)) return t.imports.billedDone(view.no, countText(view.accepted))
  return t.imports.done(view.no, countText(view.accepted))
}
