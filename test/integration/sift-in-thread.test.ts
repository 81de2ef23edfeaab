import { createHash } from 'node:crypto'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { HEAD_BYTES, openSource, type SourceReader } from '../../lib/core/source/open-source'
import { type SiftFile, setFileSifter } from '../../lib/server/file-sifter'
import { UploadReader } from '../../lib/server/read-upload'
import { siftInThread } from '../../lib/server/sift-in-thread'
import { writeClaudeLog } from '../support/bench-files'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
let folder: string
let log: string
let siftedFile: SiftFile

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tokentab-sift-'))
  log = join(folder, 'session.jsonl')
  const program = join(folder, 'sift-thread.mjs')
  await build({
    absWorkingDir: root,
    entryPoints: ['lib/server/sift-thread.ts'],
    outfile: program,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  })
  siftedFile = siftInThread(program)
  setFileSifter(siftedFile)
  await writeClaudeLog(log, 2_600, 'with prose')
  appendFileSync(log, damaged())
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Lines longer than a block and a cut, an answer among them, bytes that are no UTF-8, a line that was cut, no line end. */
function damaged(): Buffer {
  const answer = (id: string, said: string) =>
    `{"type":"assistant","sessionId":"s","timestamp":"2026-06-20T00:00:00Z","message":{"id":"msg_${id}","model":"claude-sonnet-4-5-20250929","content":[{"type":"text","text":"${said}"}],"usage":{"input_tokens":7,"output_tokens":11}}}\n`
  const quiet = (said: string) => `{"type":"user","sessionId":"s","message":{"role":"user","content":"${said}"}}\r\n`
  return Buffer.concat([
    Buffer.from(quiet('é'.repeat(400_000)) + answer('long', '“'.repeat(300_000)) + quiet('x'.repeat(70_000))),
    Buffer.from(answer('broken', 'a@b').replace('@', '\xff'), 'latin1'),
    Buffer.from(`${quiet('')}[1]\n{"type":"assistant","message":{"id":"msg_cut","usage":{"input_to\n`),
    Buffer.from(answer('last', 'naïve').trimEnd()),
  ])
}

const sha256Of = (path: string) => createHash('sha256').update(readFileSync(path)).digest()

/** Every row of the file as far as it can be told, and what was counted. */
async function rowsOf(path: string, isSifted: boolean, sha256 = sha256Of(path)) {
  const opened = openSource(readFileSync(path).subarray(0, HEAD_BYTES), false, {
    format: null,
    host: null,
    timeZone: null,
    nowMs: Date.UTC(2026, 8, 1),
  })
  if (!opened.ok) throw new Error(opened.error.message)
  const reader = opened.value as SourceReader
  const told: unknown[] = []
  const take = (step: ReturnType<SourceReader['push']> | ReturnType<SourceReader['end']>) => {
    if (!step.ok) throw new Error(step.error.message)
    for (const row of step.value) told.push([row.line, row.byteOffset, row.result, row.raw()])
  }
  const upload = new UploadReader(path, sha256)
  for await (const { chunks, sifted } of upload.files()) {
    if (!isSifted) for await (const chunk of chunks) take(reader.push(chunk))
    else if (sifted === null || reader.sifting == null) throw new Error('the file is not sifted')
    else for await (const { runs, bytes } of sifted(reader.sifting.marks)) take(reader.sifting.push(runs, bytes))
  }
  take(reader.end())
  return { told, counters: reader.counters, note: reader.note, bytesRead: upload.bytesRead }
}

it('gives the rows, places and counts that a log read without the thread has', async () => {
  const sifted = await rowsOf(log, true)
  expect(sifted.told.filter((row) => !(row as [0, 0, { ok: boolean }])[2].ok)).toHaveLength(3)
  expect(sifted.told.length).toBeGreaterThan(2_600)
  expect(sifted).toEqual(await rowsOf(log, false))
})

it('takes a byte order mark', async () => {
  const marked = join(folder, 'marked.jsonl')
  writeFileSync(marked, Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), readFileSync(log)]))
  expect(await rowsOf(marked, true)).toEqual(await rowsOf(marked, false))
})

it('notices a file that is not the one that arrived, and one that is gone', async () => {
  const changed = { problem: { code: 'SOURCE_CHANGED' } }
  await expect(rowsOf(log, true, createHash('sha256').update('other').digest())).rejects.toMatchObject(changed)
  await expect(siftedFile(join(folder, 'gone.jsonl'), ['"usage"']).next()).rejects.toMatchObject({ code: 'ENOENT' })
})

it.each([
  ['fails', 'throw new Error("broken")', 'broken'],
  ['ends at once', 'process.exit(0)', 'ended before the file'],
])('tells so each time when its program %s', async (_, program, message) => {
  const broken = join(folder, 'broken.mjs')
  writeFileSync(broken, program)
  const sift = siftInThread(broken)
  await new Promise((done) => setTimeout(done, 300))
  for (let time = 0; time < 2; time += 1) await expect(sift(log, ['"usage"']).next()).rejects.toThrow(message)
})

it('ends the thread when nobody reads on, though it waits to be read from', async () => {
  const blocks = siftedFile(log, ['"usage"', '"result"'])
  expect((await blocks.next()).done).toBe(false)
  await new Promise((done) => setTimeout(done, 100))
  expect(await blocks.return(new Uint8Array(0))).toMatchObject({ done: true })
})
