import type { ImportStatus } from '../../../lib/core/report/import-view'
import { Badge } from '../kit/badge'
import { t } from '../messages/en'

const TONE = {
  receiving: 'accent',
  stored: 'accent',
  importing: 'accent',
  committed: 'good',
  failed: 'bad',
  cancelled: 'neutral',
  undone: 'neutral',
} as const

export function StatusBadge({ status }: { status: ImportStatus }) {
  return <Badge tone={TONE[status]}>{t.imports.status[status]}</Badge>
}
