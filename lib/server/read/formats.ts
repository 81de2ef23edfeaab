/** The formats the product reads, and a file to start from. */
import 'server-only'
import type { FormatView } from '../../core/report/import-view'
import { templateCsv } from '../../core/source/dialects/tokentab-csv'
import { listFormats as formats } from '../../core/source/registry'
import { authorise, type Principal } from '../auth/principal'

export function listFormats(principal: Principal): FormatView[] {
  authorise(principal, 'import.read')
  return formats().map(({ id, title, recognisedBy }) => ({ id, title, recognised_by: recognisedBy }))
}

/** CSV text with a header, one call and one bucket. */
export function readTemplate(principal: Principal): string {
  authorise(principal, 'import.read')
  return templateCsv()
}
