import type { ConnectionDayView, ConnectionView } from '../../../lib/core/report/connection-view'
import { cn } from '../kit/class-name'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Link } from '../kit/link'
import { t } from '../messages/en'

const SHOWN_DAYS = 60

/** Filled, hollow and crossed: the shape says it as the colour does. */
const LOOK: Record<ConnectionDayView['status'], string> = {
  complete: 'border-good bg-good',
  pending: 'border-line-strong bg-transparent',
  failed: 'border-bad bg-bad/20 text-bad',
}

/** The last days of a connection in a row, each complete, pending or failed, and all of them as a table. */
export function DayStrip({ connection }: { connection: ConnectionView }) {
  const { counts, days } = connection
  const summary = t.connections.days(counts.complete, counts.pending, counts.failed)
  const shown = days.slice(-SHOWN_DAYS)
  return (
    <div>
      <p className="mb-1.5 text-sm text-dim">
        <span className={cn(counts.failed > 0 && 'text-bad')}>{summary}</span>
        {days.length > shown.length ? ` · ${t.connections.strip(shown.length)}` : ''}
      </p>
      <div
        role="img"
        aria-label={t.connections.stripLabel(connection.name, summary)}
        className="flex flex-wrap gap-[3px]"
      >
        {shown.map((one) => (
          <span
            key={one.day}
            title={`${one.day}: ${t.connections.dayStatus[one.status]}`}
            className={cn(
              'grid h-5 w-2.5 place-items-center rounded-[2px] border text-[10px] leading-none',
              LOOK[one.status],
            )}
          >
            {one.status === 'failed' ? '×' : null}
          </span>
        ))}
      </div>
      <details className="mt-2 text-sm">
        <summary className="cursor-pointer text-dim hover:text-ink">{t.connections.showDays}</summary>
        <div className="mt-2 max-h-80 overflow-y-auto">
          <DayTable connection={connection} />
        </div>
      </details>
    </div>
  )
}

function DayTable({ connection }: { connection: ConnectionView }) {
  return (
    <DataTable caption={t.connections.stripLabel(connection.name, t.connections.daysLabel)}>
      <thead>
        <tr>
          <HeadCell>{t.connections.day}</HeadCell>
          <HeadCell>{t.connections.status}</HeadCell>
          <HeadCell>{t.connections.importedAs}</HeadCell>
          <HeadCell>{t.connections.note}</HeadCell>
        </tr>
      </thead>
      <tbody>
        {connection.days.toReversed().map((one) => (
          <tr key={one.day}>
            <RowHead className="whitespace-nowrap">{one.day}</RowHead>
            <Cell className={cn(one.status === 'failed' && 'text-bad')}>{t.connections.dayStatus[one.status]}</Cell>
            <Cell className="whitespace-nowrap">
              {one.import === null ? (
                <span className="text-dim">{one.status === 'complete' ? t.connections.noUsage : '—'}</span>
              ) : (
                <Link href={`/imports/${one.import.id}`} className="text-accent hover:underline">
                  #{one.import.no}
                </Link>
              )}
            </Cell>
            <Cell className="text-dim">{noteOf(one)}</Cell>
          </tr>
        ))}
      </tbody>
    </DataTable>
  )
}

function noteOf(day: ConnectionDayView): string {
  if (day.out_of_reach) return t.connections.outOfReach
  if (day.problem !== null) return day.problem
  return day.rejected === null || day.rejected === '0' ? '' : t.connections.rejected(day.rejected)
}
