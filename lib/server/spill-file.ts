/**
 * What an import holds back beyond its memory (`HeldRecords`): one file of the data directory, which has no name once it is
 * open, so that nothing of it is left however the process ends.
 */
import 'server-only'
import { randomUUID } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Spill } from '../core/source/held-arena'
import { env } from './env'

interface Piece {
  readonly at: number
  readonly length: number
}

export class SpillFile implements Spill {
  private readonly file: number
  private size = 0
  private readonly parts = new Map<number, Piece[]>()

  constructor() {
    const directory = join(env().dataDir, 'uploads')
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const path = join(directory, `${randomUUID()}.held`)
    this.file = openSync(path, 'wx+', 0o600)
    unlinkSync(path)
  }

  write(part: number, bytes: Uint8Array): void {
    const pieces = this.parts.get(part) ?? []
    this.parts.set(part, pieces)
    pieces.push({ at: this.size, length: bytes.length })
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(this.file, bytes, done, bytes.length - done, this.size + done)
    }
    this.size += bytes.length
  }

  read(part: number): Uint8Array {
    const pieces = this.parts.get(part) ?? []
    const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
    let filled = 0
    for (const piece of pieces) {
      this.fill(bytes.subarray(filled, filled + piece.length), piece.at)
      filled += piece.length
    }
    return bytes
  }

  /** What was written under `part`, as it was written, one piece after another. */
  *pieces(part: number): Generator<Uint8Array, void, undefined> {
    for (const { at, length } of this.parts.get(part) ?? []) {
      const bytes = new Uint8Array(length)
      this.fill(bytes, at)
      yield bytes
    }
  }

  private fill(bytes: Uint8Array, at: number): void {
    for (let done = 0; done < bytes.length; ) {
      const got = readSync(this.file, bytes, done, bytes.length - done, at + done)
      if (got === 0) throw new Error('what an import held back is cut')
      done += got
    }
  }

  close(): void {
    closeSync(this.file)
  }
}
