/** Why an import fails for other reasons than its file. */
import 'server-only'
import type { Problem } from '../../core/result'

export const MAPPING_GONE: Problem = {
  code: 'UNKNOWN_FORMAT',
  message: 'The mapping named with the import is not saved in this workspace.',
  remedy: 'Map its columns on the page of the import, or import it without naming a mapping.',
}

export const INTERNAL: Problem = {
  code: 'INTERNAL',
  message: 'The import met a fault of the program every time it was tried. Nothing of the file was kept.',
  remedy: 'Tell the maintainers, with the server’s log.',
}

/** The problem when the disk is full; null for every other error. */
export function diskFull(error: unknown): Problem | null {
  const { code } = error as { code?: unknown }
  if (code !== '53100' && code !== 'ENOSPC') return null
  return {
    code: 'DISK_FULL',
    message: 'The disk of the database became full. Nothing of the file was kept.',
    remedy: 'Free space on the server, then upload the file again.',
  }
}

/** Two imports tell the same usage in different detail. */
export function groupedTwice(no: number, days: number): Problem {
  return {
    code: 'GROUPED_TWICE',
    message: `Import #${no} tells ${days === 1 ? 'one of these days' : `${days} of these days`} too, grouped differently or in buckets of another length. Both are counted.`,
    remedy: 'Undo the one that tells less, so that the usage counts once.',
  }
}

/** An import took from buckets of another that goes on to later times. */
export function loweredCounts(no: number, buckets: number): Problem {
  return {
    code: 'LOWERED',
    message: `${buckets === 1 ? 'A bucket counts' : `${buckets} buckets count`} less now than import #${no} told, which goes on to later times: this may be an older export, taken before its last day was over.`,
    remedy:
      'If it is, undo this import: the values before it come back. If it is a correction by the provider, nothing is to be done.',
  }
}

export function tooManyModels(most: number): Problem {
  return {
    code: 'TOO_MANY_MODELS',
    message: `The file names more than ${most} different models. Nothing of it was kept.`,
    remedy: 'Check that the column of the model holds names of models, and not ids of calls.',
  }
}
