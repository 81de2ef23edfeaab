/**
 * Uploaded files on the disk: written under a name of ours, made durable before anyone is told, read as a stream.
 * A file is `<data dir>/uploads/<id>`; while it arrives it ends in `.part`, and in parts it grows in `uploads/arriving`.
 */
import 'server-only'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, mkdir, open, rename, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { env } from './env'
import { AppError } from './errors'
import { fault } from './fault'

const RESERVE_BYTES = 1024 ** 3

export function uploadPath(id: string): string {
  return join(env().dataDir, 'uploads', id)
}

/** Where uploads in parts grow. */
export function arrivingDirectory(): string {
  return join(env().dataDir, 'uploads', 'arriving')
}

const arrivingPath = (id: string) => join(arrivingDirectory(), id)

export async function makeArrivingDirectory(): Promise<void> {
  await mkdir(arrivingDirectory(), { recursive: true, mode: 0o700 })
}

export interface StoredFile {
  readonly bytes: number
  readonly sha256: Buffer
}

/**
 * Refuses with DISK_FULL when less than three times the file and one gigabyte are free: the file, its rows and the
 * database's log of writing them. `arrived` bytes of it are on the disk already; their rows are not.
 */
export async function requireRoom(bytes: number, arrived = 0): Promise<void> {
  await mkdir(join(env().dataDir, 'uploads'), { recursive: true, mode: 0o700 })
  const { bavail, bsize } = await statfs(env().dataDir)
  const free = bavail * bsize
  const needed = 3 * bytes + 2 * arrived + RESERVE_BYTES
  if (free >= needed) return
  throw new AppError(
    'UNAVAILABLE',
    `The disk is too full: the import needs ${gigabytes(needed)}, ${gigabytes(free)} are free.`,
    {
      reason: 'DISK_FULL',
      remedy: 'Free space on the server, then upload again. Nothing was kept.',
    },
  )
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1)} GB`
}

/**
 * Writes the bytes, waits until they are on the disk, and only then gives the file its name. `onChunk` is told the bytes
 * so far and may throw to stop. Whatever is thrown, nothing is left behind.
 */
export async function storeUpload(
  id: string,
  chunks: AsyncIterable<Uint8Array>,
  onChunk: (bytes: number) => Promise<void> | void,
  accept: (file: StoredFile) => void,
): Promise<StoredFile> {
  const path = uploadPath(id)
  const part = `${path}.part`
  await mkdir(join(env().dataDir, 'uploads'), { recursive: true, mode: 0o700 })
  try {
    const file = await open(part, 'wx', 0o600)
    const hash = createHash('sha256')
    let bytes = 0
    try {
      for await (const chunk of chunks) {
        bytes += chunk.byteLength
        await onChunk(bytes)
        hash.update(chunk)
        for (let at = 0; at < chunk.byteLength; ) at += (await file.write(chunk, at)).bytesWritten
        await fault('receive.chunk')
      }
      await file.sync()
    } finally {
      await file.close()
    }
    const stored = { bytes, sha256: hash.digest() }
    accept(stored)
    await fault('receive.before-rename')
    await rename(part, path)
    await syncDirectory()
    await fault('receive.after-rename')
    return stored
  } catch (error) {
    await dropUpload(id)
    throw error
  }
}

/**
 * Makes an upload whose parts are all there a stored file: durable, hashed, under its name. May be repeated after a crash
 * at any point. `onBytes` is told how much was read; `accept` throws to keep nothing.
 */
export async function settleArrived(
  id: string,
  onBytes: (bytes: number) => void,
  accept: (file: StoredFile) => void,
): Promise<StoredFile> {
  const stored = await digestOf((await syncFile(arrivingPath(id))) ? arrivingPath(id) : uploadPath(id), onBytes)
  accept(stored)
  await fault('receive.before-rename')
  try {
    await chmod(arrivingPath(id), 0o600)
    await rename(arrivingPath(id), uploadPath(id))
  } catch (error) {
    // It has its name already: a process died between that and saying so.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  await syncDirectory()
  await fault('receive.after-rename')
  return stored
}

/** False when there is no such file. */
async function syncFile(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'r+')
    try {
      await file.sync()
    } finally {
      await file.close()
    }
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

async function digestOf(path: string, onBytes: (bytes: number) => void): Promise<StoredFile> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1_048_576 })) {
    hash.update(chunk as Buffer)
    bytes += (chunk as Buffer).length
    onBytes(bytes)
  }
  return { bytes, sha256: hash.digest() }
}

async function syncDirectory(): Promise<void> {
  const directory = await open(join(env().dataDir, 'uploads'), 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/** Removes what there is of an upload; that there is nothing is no fault. */
export async function dropUpload(id: string): Promise<void> {
  await rm(uploadPath(id), { force: true })
  await rm(`${uploadPath(id)}.part`, { force: true })
  await rm(arrivingPath(id), { force: true })
}
