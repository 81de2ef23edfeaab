/** Row numbers in a path. */
import 'server-only'
import { AppError } from '../errors'

/** A positive 32-bit row number; throws NOT_FOUND for anything else, as for a row that is not there. */
export function readId(text: string): number {
  const id = /^[1-9][0-9]{0,9}$/.test(text) ? Number.parseInt(text, 10) : 0
  if (id < 1 || id > 2_147_483_647) throw new AppError('NOT_FOUND', 'There is nothing at this address.')
  return id
}
