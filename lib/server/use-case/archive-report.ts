/** What became of each file of an upload: a plain upload is one file without a name, a zip archive may hold several. */
import 'server-only'
import type { Problem } from '../../core/result'
import type { RejectRow } from '../db/reject'

const MAX_NAMED = 5
const OF_THE_ARCHIVE = new Set(['BROKEN_ARCHIVE', 'DECOMPRESSED_TOO_LARGE', 'SOURCE_CHANGED'])
/** A file that is no usage log does not spoil an archive; one that is and cannot be read does. */
const NO_USAGE_LOG = new Set(['UNKNOWN_FORMAT', 'NO_ROWS', 'UNSUPPORTED_TYPE'])

export class ArchiveReport {
  private current: string | null = null
  private filesRead = 0
  private firstNote: Problem | null = null
  private readonly skipped: { readonly name: string | null; readonly problem: Problem }[] = []

  begin(name: string | null): void {
    this.current = name
  }

  read(note: Problem | null): void {
    this.filesRead += 1
    this.firstNote ??= note
  }

  skip(problem: Problem): void {
    this.skipped.push({ name: this.current, problem })
  }

  /** A file that spoils the upload, by its name where there are several; of the archive itself no file's name is told. */
  named(problem: Problem): Problem {
    return OF_THE_ARCHIVE.has(problem.code) ? problem : withName({ name: this.current, problem })
  }

  /** A refused row, with the name of its file where there are several. */
  namedRow(row: RejectRow): RejectRow {
    return this.current === null ? row : { ...row, message: `${this.current}: ${row.message}` }
  }

  /** Why the upload fails as a whole; null when it does not. */
  problem(): Problem | null {
    const fatal = this.skipped.find(({ problem }) => !NO_USAGE_LOG.has(problem.code))
    const [only] = this.skipped
    if (fatal !== undefined) return withName(fatal)
    if (this.filesRead > 0) return null
    if (only === undefined) {
      return { code: 'NO_ROWS', message: 'The zip archive holds no file.', remedy: 'Upload the usage log itself.' }
    }
    if (this.skipped.length === 1) return withName(only)
    return {
      code: only.problem.code,
      message: `No file of the zip archive is a usage log: ${this.list()}`,
      remedy: only.problem.remedy,
    }
  }

  /** For the user, beside an import that succeeded. */
  note(): Problem | null {
    if (this.skipped.length === 0) return this.firstNote
    return {
      code: 'FILES_SKIPPED',
      message: `Not imported from the zip archive: ${this.list()}`,
      remedy: 'Nothing is missing when these files are no usage logs.',
    }
  }

  private list(): string {
    const named = this.skipped.slice(0, MAX_NAMED).map(({ name, problem }) => `${name} (${problem.message})`)
    const more = this.skipped.length - named.length
    return [...named, ...(more > 0 ? [`and ${more} more`] : [])].join(', ')
  }
}

function withName({ name, problem }: { readonly name: string | null; readonly problem: Problem }): Problem {
  return name === null ? problem : { ...problem, message: `${name}: ${problem.message}` }
}
