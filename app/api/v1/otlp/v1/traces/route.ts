import { otlpReply, readOtlpBody } from '@/lib/server/http/otlp'
import { route } from '@/lib/server/http/route'
import { ingestTelemetry } from '@/lib/server/use-case/ingest-telemetry'

export const POST = route('ingest.write', async ({ principal, request }) => {
  const { encoding, body } = await readOtlpBody(request)
  return otlpReply(encoding, 'rejectedSpans', await ingestTelemetry(principal, { signal: 'traces', encoding, body }))
})
