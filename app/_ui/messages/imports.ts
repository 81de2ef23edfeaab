/** Words of the imports screens. */
import type { ImportStatus } from '../../../lib/core/report/import-view'

const status: Record<ImportStatus, string> = {
  receiving: 'uploading',
  stored: 'waiting',
  importing: 'importing',
  committed: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
  undone: 'undone',
}

export const imports = {
  title: 'Imports',
  status,
} as const
