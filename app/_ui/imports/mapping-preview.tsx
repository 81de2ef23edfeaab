import { countText, instantText } from '../../../lib/core/report/format'
import type { MappingDraft, PreviewRow } from '../../../lib/core/source/mapping/draft'
import { cn } from '../kit/class-name'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Money } from '../kit/money'
import { Panel } from '../kit/panel'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'

/** The first rows under the mapping, priced, and those where a wrong mapping shows first. */
export function MappingPreview({ draft }: { draft: MappingDraft }) {
  const first = t.mapping.firstTitle(countText(String(draft.first.length)))
  return (
    <>
      <Panel title={first}>
        {draft.first.length === 0 ? (
          <p className="text-sm text-dim">{t.mapping.noRows}</p>
        ) : (
          <Rows caption={first} rows={draft.first} />
        )}
      </Panel>
      {draft.worst.length === 0 ? null : (
        <Panel
          title={t.mapping.worstTitle}
          note={t.mapping.worstNote(countText(draft.refused), countText(draft.unpriced))}
        >
          <Rows caption={t.mapping.worstTitle} rows={draft.worst} />
        </Panel>
      )}
    </>
  )
}

const COUNTS = ['input', 'cache_read', 'cache_write', 'output'] as const

function Rows({ caption, rows }: { caption: string; rows: readonly PreviewRow[] }) {
  return (
    <DataTable caption={caption}>
      <thead>
        <tr>
          <HeadCell align="right">{t.mapping.line}</HeadCell>
          <HeadCell>{t.mapping.at}</HeadCell>
          <HeadCell>{t.mapping.fields.host}</HeadCell>
          <HeadCell>{t.mapping.fields.model}</HeadCell>
          {COUNTS.map((name) => (
            <HeadCell key={name} align="right">
              {t.mapping.fields[name]}
            </HeadCell>
          ))}
          <HeadCell align="right">{t.mapping.cost}</HeadCell>
          <HeadCell>{t.mapping.why}</HeadCell>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.line}>
            <RowHead className="text-right">{countText(row.line)}</RowHead>
            <Cell className="whitespace-nowrap">{row.at === null ? '—' : instantText(row.at)}</Cell>
            <Cell>{row.host === null ? '—' : hostName(row.host)}</Cell>
            <Cell className="wrap-break-word">{row.model === null ? '—' : row.model}</Cell>
            {COUNTS.map((name) => {
              const count = row[name]
              return (
                <Cell key={name} align="right">
                  {count === null ? '—' : countText(count)}
                </Cell>
              )
            })}
            <Cell align="right">{row.cost === null ? '—' : <Money amount={row.cost} as="fine" />}</Cell>
            <Cell className={cn('min-w-48', row.refused ? 'text-bad' : 'text-dim')}>
              {row.why === null ? '' : row.why}
            </Cell>
          </tr>
        ))}
      </tbody>
    </DataTable>
  )
}
