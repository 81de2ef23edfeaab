/**
 * Amazon Bedrock's invocation log as lines of CloudWatch Logs: an export to S3 ("2026-08-01T10:00:00.000Z {…}") or what its
 * command line shows, with the stream's name between. What entries mean: `bedrock-invocation-log.ts`.
 */
import type { LineDialect, LineReader, ReadOptions, RowOutcome } from '../dialect'
import { parseJson } from '../json'
import { shownJson } from '../redact'
import { InstantReader, readRow, stop } from '../value'
import { bedrockEntry, invocationRecord } from './bedrock-invocation-log'

const EVENT = /^\s*\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})\s+(?:[^\s{]+\s+)?(?=\{)/
const ENTRY = /^\{[^{]{0,2000}"ModelInvocationLog"/

export const bedrockInvocationText: LineDialect = {
  kind: 'lines',
  id: 'bedrock-invocation-text',
  title: 'Amazon Bedrock invocation log (CloudWatch lines)',
  recognisedBy: 'Lines of a time and a JSON entry with schemaType ModelInvocationLog.',
  recognise(beginning) {
    for (const line of beginning.split('\n')) {
      const before = EVENT.exec(line)
      if (before !== null && ENTRY.test(line.slice(before[0].length))) return '1'
    }
    return null
  },
  open: (options) => new EventLines(options),
}

class EventLines implements LineReader {
  readonly #instants: InstantReader

  constructor(options: ReadOptions) {
    this.#instants = new InstantReader(options, 'utc')
  }

  shown(line: string): string {
    const at = line.indexOf('{')
    return at < 0 ? line.slice(0, 200) : `${line.slice(0, Math.min(at, 200))}${shownJson(line.slice(at))}`
  }

  read(line: string): RowOutcome {
    return readRow(() => {
      const before = EVENT.exec(line)
      const parsed = before === null ? null : parseJson(line.slice(before[0].length))
      if (parsed !== null && !parsed.ok) {
        const { code, message, remedy } = parsed.error
        return stop(code, null, message, remedy)
      }
      const entry = parsed === null ? null : bedrockEntry(parsed.value)
      if (entry !== null) return [invocationRecord(entry, { instants: this.#instants })]
      return stop(
        'NOT_THIS_FORMAT',
        null,
        'The line is no entry of the invocation log.',
        'Export the log group of the invocation log.',
      )
    })
  }
}
