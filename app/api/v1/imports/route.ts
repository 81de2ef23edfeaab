import { z } from 'zod'
import { checked, readQuery } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { fileBody } from '@/lib/server/http/streamed-body'
import { listImportPage } from '@/lib/server/read/imports'
import { receiveUpload } from '@/lib/server/use-case/receive-upload'
import { importsQuery, uploadQuery } from '../queries'

const DEFAULT_LIMIT = 25

const declaredLength = z.coerce.number().int().nonnegative()

export const GET = route('import.read', async ({ principal, request }) => {
  const { cursor, limit } = readQuery(request, importsQuery)
  return json(await listImportPage(principal, { cursor: cursor ?? null, limit: limit ?? DEFAULT_LIMIT }))
})

export const POST = route('import.create', async ({ principal, request }) => {
  const query = readQuery(request, uploadQuery)
  const length = request.headers.get('content-length')
  const { id, no } = await receiveUpload(principal, {
    filename: query.filename,
    chunks: fileBody(request),
    declaredBytes: length === null ? null : checked(declaredLength, length),
    declaredSha256: query.sha256 ?? null,
    options: {
      format: query.format ?? null,
      host: query.host?.toLowerCase() ?? null,
      timeZone: query.timezone ?? null,
      project: query.project ?? null,
      mapping: query.mapping ?? null,
    },
    source: 'upload',
  })
  return json({ id, no }, { status: 202, headers: { location: `/api/v1/imports/${id}` } })
})
