/**
 * The whole instance in one file, and back: every workspace's records, bills, prices, accounts and uploaded files. Made
 * beside a running server, from one consistent view; restored into an instance that has nothing yet.
 *
 * The file is gzip over frames: a line of JSON, then for a table its rows as COPY text up to the line `\.`, for a file its
 * bytes. The last frame says that it is the last, so that a file which was cut off is refused.
 */
import 'server-only'
import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { link, rm, stat } from 'node:fs/promises'
import { Readable, type Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createGunzip, createGzip } from 'node:zlib'
import { z } from 'zod'
import { authorise, type Principal } from '../auth/principal'
import { isEmptyInstance, migrationsHere, type Restore, restoreInto, withSnapshot } from '../db/backup'
import { AppError } from '../errors'
import { dropUpload, storeUpload, uploadPath } from '../upload-store'

const FORMAT = 'tokentab backup'
const VERSION = 1
/** A line of a frame or of a row; a row holds no text of prompts, so this is far above what one needs. */
const MOST_LINE_BYTES = 64 * 1024 ** 2

export interface BackupSummary {
  readonly tables: number
  readonly files: number
  readonly bytes: number
}

const header = z.object({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  created_at: z.string(),
  migrations: z.array(z.string()),
  months: z.array(z.string()),
})
const frame = z.union([
  z.object({ table: z.string(), columns: z.array(z.string()) }),
  z.object({ sequence: z.object({ table: z.string(), column: z.string(), last: z.string(), isCalled: z.boolean() }) }),
  z.object({ file: z.uuid(), bytes: z.int().nonnegative() }),
  z.object({ end: z.literal(true) }),
])

/** Every workspace is in the file, so only somebody on the server itself may make or restore one. */
function requireCommandLine(principal: Principal): void {
  if (principal.userId === null && principal.scopes === null) return
  throw new AppError('FORBIDDEN', 'A backup is made on the server, by the tokentab command.')
}

/** Writes `path`, readable by its owner alone. Throws CONFLICT when there is such a file; leaves nothing when it fails. */
export async function backUp(principal: Principal, { path }: { readonly path: string }): Promise<BackupSummary> {
  authorise(principal, 'workspace.manage')
  requireCommandLine(principal)
  // A name of its own: another backup to the same place may be under way, and must not lose its file to this one.
  const part = `${path}.${randomUUID()}.part`
  let tables = 0
  let files = 0
  try {
    await withSnapshot(async (snapshot) => {
      async function* frames(): AsyncGenerator<Buffer> {
        yield line({
          format: FORMAT,
          version: VERSION,
          created_at: new Date(Date.now()).toISOString(),
          migrations: snapshot.migrations,
          months: snapshot.months,
        })
        for (const shape of snapshot.tables) {
          yield line(shape)
          yield* snapshot.rowsOf(shape)
          yield Buffer.from('\\.\n')
          tables += 1
        }
        for (const sequence of snapshot.sequences) yield line({ sequence })
        for (const id of snapshot.imports) {
          const bytes = await sizeOf(uploadPath(id))
          // Imports through the interface have no file, and files of old imports may have been cleared away.
          if (bytes === null) continue
          yield line({ file: id, bytes })
          yield* createReadStream(uploadPath(id), { end: Math.max(0, bytes - 1) })
          files += 1
        }
        yield line({ end: true })
      }
      await pipeline(
        Readable.from(frames(), { objectMode: false }),
        createGzip({ level: constants.Z_BEST_SPEED }),
        createWriteStream(part, { mode: 0o600, flags: 'wx', flush: true }),
      )
    })
    await link(part, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new AppError('CONFLICT', `There is a file ${path} already.`, {
      remedy: 'Choose another name, or move it away.',
    })
  } finally {
    await rm(part, { force: true })
  }
  return { tables, files, bytes: (await stat(path)).size }
}

/**
 * Throws CONFLICT for an instance that has accounts or imports, UNPROCESSABLE for a file that is no backup, is cut off, or
 * is of another version of the program. The rows land in one transaction; a failed restore leaves the instance empty.
 */
export async function restoreBackup(principal: Principal, { path }: { readonly path: string }): Promise<BackupSummary> {
  authorise(principal, 'workspace.manage')
  requireCommandLine(principal)
  if (!(await isEmptyInstance())) {
    throw new AppError('CONFLICT', 'This instance has accounts or imports; a backup is restored into an empty one.', {
      remedy: 'Start with another TOKENTAB_DATA_DIR, or an empty database.',
    })
  }
  const bytes = await sizeOf(path)
  if (bytes === null) throw new AppError('NOT_FOUND', `There is no file ${path}.`)
  const unzipped = createGunzip()
  const reading = pipeline(createReadStream(path), unzipped)
  // The reader below meets the same error at the place where it happened.
  reading.catch(() => undefined)
  const source = new FrameReader(unzipped)
  let tables = 0
  const files: string[] = []
  try {
    const head = header.safeParse(await source.frame())
    if (!head.success) throw notABackup('its first line is not that of a backup')
    await refuseOtherVersion(head.data.migrations)
    await restoreInto(head.data.months, INTERRUPTED, async (restore) => {
      for (;;) {
        const next = frame.safeParse(await source.frame())
        if (!next.success) throw notABackup('a part of it cannot be read')
        if ('end' in next.data) return
        if ('table' in next.data) tables += 1
        else if ('file' in next.data) files.push(next.data.file)
        await take(restore, next.data, source)
      }
    })
    await reading
  } catch (error) {
    unzipped.destroy()
    for (const id of files) await dropUpload(id)
    if (isDamage(error)) throw notABackup('it is damaged or was cut off')
    throw error
  }
  return { tables, files: files.length, bytes }
}

const INTERRUPTED = {
  code: 'UPLOAD_INTERRUPTED',
  message: 'The import was under way when the backup was made. Nothing of it was kept.',
  remedy: 'Upload the file again.',
}

async function take(restore: Restore, part: Exclude<z.output<typeof frame>, { end: true }>, source: FrameReader) {
  if ('table' in part) await restore.fill(part, source.rows())
  else if ('sequence' in part) await restore.setSequence(part.sequence)
  else {
    await storeUpload(
      part.file,
      source.bytes(part.bytes),
      () => undefined,
      () => undefined,
    )
  }
}

async function refuseOtherVersion(migrations: readonly string[]): Promise<void> {
  const here = await migrationsHere()
  if (here.length === migrations.length && here.every((name, index) => name === migrations[index])) return
  throw new AppError('UNPROCESSABLE', 'The backup was made by another version of Tokentab.', {
    reason: 'BACKUP_VERSION',
    remedy: 'Restore it with the version that made it, then start this version on the restored data.',
  })
}

function notABackup(why: string): AppError {
  return new AppError('UNPROCESSABLE', `The file cannot be restored: ${why}.`, {
    reason: 'BACKUP_INVALID',
    remedy: 'Nothing was restored. Use another copy of the backup.',
  })
}

class CutOff extends Error {}

function isDamage(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code
  return error instanceof CutOff || (typeof code === 'string' && code.startsWith('Z_'))
}

async function sizeOf(path: string): Promise<number | null> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  return found === null ? null : found.size
}

function line(value: object): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`)
}

/** Takes the unzipped bytes apart. */
class FrameReader {
  private rest: Buffer = Buffer.alloc(0)
  private readonly chunks: AsyncIterator<Buffer>

  constructor(stream: Transform) {
    this.chunks = stream[Symbol.asyncIterator]()
  }

  async frame(): Promise<unknown> {
    const text = (await this.line()).toString('utf8')
    try {
      return JSON.parse(text)
    } catch {
      // Not a frame: the schema refuses it.
      return null
    }
  }

  /** COPY text up to its end mark, which no row can be. */
  async *rows(): AsyncGenerator<Buffer> {
    for (;;) {
      const row = await this.line()
      if (row.length === 3 && row[0] === 0x5c && row[1] === 0x2e) return
      yield row
    }
  }

  async *bytes(count: number): AsyncGenerator<Buffer> {
    let left = count
    while (left > 0) {
      if (this.rest.length === 0) await this.more()
      const part = this.rest.subarray(0, left)
      this.rest = this.rest.subarray(part.length)
      left -= part.length
      yield part
    }
  }

  /** With its line break. */
  private async line(): Promise<Buffer> {
    for (;;) {
      const end = this.rest.indexOf(0x0a)
      if (end >= 0) {
        const found = this.rest.subarray(0, end + 1)
        this.rest = this.rest.subarray(end + 1)
        return found
      }
      if (this.rest.length > MOST_LINE_BYTES) throw new CutOff()
      await this.more()
    }
  }

  private async more(): Promise<void> {
    const next = await this.chunks.next()
    if (next.done === true) throw new CutOff()
    this.rest = this.rest.length === 0 ? next.value : Buffer.concat([this.rest, next.value])
  }
}
