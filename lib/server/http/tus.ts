/**
 * The tus protocol (tus.io, 1.0.0): a file comes in parts, and after a lost connection the client asks how much is there
 * and goes on. The library speaks the protocol; what an upload is, the import table says.
 */
import 'server-only'
import { randomUUID } from 'node:crypto'
import { FileStore } from '@tus/file-store'
import { ERRORS, Server, Upload } from '@tus/server'
import { z } from 'zod'
import type { Principal } from '../auth/principal'
import { AppError } from '../errors'
import { log } from '../log'
import { arrivingDirectory, requireRoom } from '../upload-store'
import { cancelImport } from '../use-case/cancel-import'
import { completeUpload } from '../use-case/complete-upload'
import { beginUpload, getUpload, noteUpload, restsUntil, uploadLength } from '../use-case/resume-upload'
import { checked } from './body'
import { problemText } from './problem'

/** Where uploads live; the last segment names one. */
const PATH = '/api/v1/uploads'
const VERSION = '1.0.0'

const metadata = z.strictObject({
  filename: z.string().min(1).max(300),
  filetype: z.string().max(200).nullish(),
  format: z.string().max(60).optional(),
  host: z.string().max(60).optional(),
  timezone: z.string().max(60).optional(),
  project: z.string().max(200).optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/)
    .optional(),
})

interface Call {
  readonly principal: Principal
  /** Of the upload that the path names; null where one begins. */
  readonly id: string | null
  refusal: unknown
}

/** Who asks, and what the product itself refused: the library would make plain text of it. */
const calls = new WeakMap<Request, Call>()
let server: { readonly directory: string; readonly tus: Server } | null = null

function callOf(request: Request): Call {
  const call = calls.get(request)
  if (call === undefined) throw new Error('a request of the tus server that nobody authorised')
  return call
}

function tusServer(): Server {
  const directory = arrivingDirectory()
  if (server?.directory !== directory) server = { directory, tus: makeServer(directory) }
  return server.tus
}

function makeServer(directory: string): Server {
  return new Server({
    path: PATH,
    relativeLocation: true,
    // Our own pages and tokens: nothing of it is for pages of other origins.
    allowedOrigins: () => false,
    datastore: new FileStore({
      directory,
      // The import table knows what is being uploaded; there are no files beside it.
      configstore: { get: findUploadLength, set: async () => undefined, delete: async () => undefined },
    }),
    namingFunction: () => randomUUID(),
    // The library looks for the id in the whole address, where a query may name another upload than the path does.
    getFileIdFromRequest: (request) => callOf(request).id ?? undefined,
    onUploadCreate: async (request, upload) => {
      const said = checked(metadata, upload.metadata ?? {}, 'upload')
      if (upload.size === undefined) {
        throw new AppError('INVALID_REQUEST', 'The length of the file must be said when its upload begins.')
      }
      await beginUpload(callOf(request).principal, {
        id: upload.id,
        filename: said.filename,
        bytes: upload.size,
        sha256: said.sha256 ?? null,
        options: {
          format: said.format ?? null,
          host: said.host?.toLowerCase() ?? null,
          timeZone: said.timezone ?? null,
          project: said.project ?? null,
        },
      })
      return {}
    },
    onIncomingRequest: async (request, id) => {
      if (request.method === 'POST') return
      const found = await getUpload(callOf(request).principal, { id })
      if (found.status !== 'receiving') throw ERRORS.FILE_NO_LONGER_EXISTS
    },
    onUploadFinish: async (_request, upload) => {
      await completeUpload(upload.id)
      return {}
    },
    onResponseError: async (request, error) => {
      const call = callOf(request)
      if (isTooLong(error)) call.refusal = tooLong()
      else if (error instanceof Error) call.refusal = error
      else if (error === ERRORS.FILE_WRITE_ERROR) {
        // The library keeps the cause to itself; that the disk is full is the likely one.
        await requireRoom(0).catch((full: unknown) => {
          call.refusal = full
        })
      }
      return undefined
    },
  })
}

/** The library says so as an answer before it reads, and as an error while it does. */
function isTooLong(error: unknown): boolean {
  return (error as { status_code?: unknown }).status_code === ERRORS.ERR_SIZE_EXCEEDED.status_code
}

function tooLong(): AppError {
  return new AppError('TOO_LARGE', 'The part goes beyond the length with which the upload began.', {
    reason: 'UPLOAD_TOO_LONG',
    remedy: 'Send the file as long as it was said to be, or begin again with the length it has now.',
  })
}

async function findUploadLength(id: string): Promise<Upload | undefined> {
  const size = await uploadLength(id)
  return size === null ? undefined : new Upload({ id, size, offset: 0 })
}

/** Answers a request of the protocol. Throws what the product refuses. */
export async function answerTus(principal: Principal, request: Request, id: string | null = null): Promise<Response> {
  const call: Call = { principal, id, refusal: null }
  calls.set(request, call)
  const response = await tusServer().handleWeb(request)
  if (call.refusal !== null) throw call.refusal
  for (const name of [...response.headers.keys()]) {
    if (name.startsWith('access-control-')) response.headers.delete(name)
  }
  // The library's list is of what its store can do; the length has to be said when an upload begins.
  const extensions = response.headers.get('tus-extension')
  if (extensions !== null) {
    const spoken = extensions.split(',').filter((name) => name !== 'creation-defer-length')
    response.headers.set('tus-extension', spoken.join(','))
  }
  if (response.status === 201) response.headers.set('upload-expires', restsUntil().toUTCString())
  return response.status < 400 ? response : await inJson(response)
}

const CODES = new Map([
  [404, 'NOT_FOUND'],
  [409, 'UPLOAD_OFFSET'],
  [410, 'UPLOAD_GONE'],
  [412, 'TUS_VERSION'],
  [415, 'UNSUPPORTED_TYPE'],
])

/** A refusal of the protocol with its status and headers, in the words and the form of all others. */
async function inJson(response: Response): Promise<Response> {
  const { status, headers } = response
  const said = (await response.text()).trim()
  const code = CODES.get(status) ?? (status < 500 ? 'INVALID_REQUEST' : 'INTERNAL')
  headers.delete('content-length')
  headers.set('content-type', 'application/problem+json; charset=utf-8')
  // Who speaks another version is told which one is spoken here.
  if (status === 412) headers.set('tus-version', VERSION)
  return new Response(problemText({ status, code, detail: said, remedy: null }), { status, headers })
}

/** One part. What arrived is noted even when the connection broke in the middle. */
export async function answerPart(principal: Principal, request: Request, id: string): Promise<Response> {
  const response = await answerTus(principal, request, id)
  const offset = response.headers.get('upload-offset')
  const until = offset === null ? null : await noteUpload(principal, { id, bytes: Number.parseInt(offset, 10) })
  if (until !== null) response.headers.set('upload-expires', until.toUTCString())
  return response
}

/** How much of an upload is there. One that is whole is completed, should the process that took its end have died. */
export async function answerOffset(principal: Principal, request: Request, id: string): Promise<Response> {
  const found = await getUpload(principal, { id })
  const whole = found.status === 'stored' || found.status === 'importing' || found.status === 'committed'
  if (whole || (found.status === 'receiving' && found.isBeingCompleted)) return offsetReply(found.bytesTotal)
  const response = await answerTus(principal, request, id)
  if (response.headers.get('upload-offset') === String(found.bytesTotal)) {
    log().info({ upload: id }, 'completing an upload whose end was not answered')
    await completeUpload(id)
  }
  return response
}

function offsetReply(bytes: number): Response {
  return new Response(null, {
    status: 200,
    headers: {
      'tus-resumable': VERSION,
      'upload-offset': String(bytes),
      'upload-length': String(bytes),
      'cache-control': 'no-store',
    },
  })
}

/** Gives an upload up; what arrived of it is dropped. */
export async function answerEnd(principal: Principal, id: string): Promise<Response> {
  await getUpload(principal, { id })
  await cancelImport(principal, { id })
  return new Response(null, { status: 204, headers: { 'tus-resumable': VERSION } })
}
