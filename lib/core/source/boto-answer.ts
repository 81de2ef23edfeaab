/** What AWS's SDK for Python keeps beside an answer of Bedrock's: the id of the request, its time and the headers of the answer. */
import { textOrNull } from './build-record'
import type { JsonObject } from './json'
import { objectAt } from './json-rows'
import type { LoggedResponse } from './response'

/** The answer with the id and the time that its metadata tells, where it has none itself. */
export function withBotoFacts(logged: LoggedResponse): LoggedResponse {
  const metadata = metadataOf(logged)
  const id = textOrNull(metadata?.RequestId)
  if (metadata === null || id === null) return logged
  const date = botoHeader(logged, 'date')
  const body: JsonObject = {
    id,
    ...logged.body,
    ...(date === null || 'created' in logged.body ? {} : { created: date }),
  }
  return { ...logged, body, outer: logged.outer === logged.body ? body : logged.outer }
}

/** A header of the answer by its lower-case name. */
export function botoHeader(logged: LoggedResponse, name: string): string | null {
  return textOrNull(objectAt(metadataOf(logged), 'HTTPHeaders')?.[name])
}

function metadataOf({ body, outer }: LoggedResponse): JsonObject | null {
  return objectAt(body, 'ResponseMetadata') ?? objectAt(outer, 'ResponseMetadata')
}
