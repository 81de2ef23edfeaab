import { z } from 'zod'
import { checked, readBytes } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { ingestUsage, MAX_INGEST_BYTES } from '@/lib/server/use-case/ingest-usage'

const keySchema = z.string().regex(/^.{1,255}$/, 'Idempotency-Key: give 1 to 255 characters, or leave it out.')

export const POST = route('ingest.write', async ({ principal, request }) => {
  const key = request.headers.get('idempotency-key')
  const body = await readBytes(request, MAX_INGEST_BYTES)
  const idempotencyKey = key === null ? null : checked(keySchema, key)
  return json(await ingestUsage(principal, { body, idempotencyKey }))
})
