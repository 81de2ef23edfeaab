import { instantText } from '../../../lib/core/report/format'
import { LinkButton } from '../kit/button'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Panel } from '../kit/panel'
import { t } from '../messages/en'

export interface AuditLine {
  readonly id: string
  readonly at: string
  readonly actor: string
  readonly action: string
  readonly subject: string
  /** JSON text; empty when there is nothing to add. */
  readonly detail: string
}

const wide = 'hidden md:table-cell'

/** @param next id to go on before; null on the last page */
export function AuditTable({ lines, next }: { lines: readonly AuditLine[]; next: string | null }) {
  if (lines.length === 0) return <p className="text-dim">{t.account.auditEmpty}</p>
  return (
    <Panel>
      <DataTable caption={t.account.tabs.audit}>
        <thead>
          <tr>
            <HeadCell>{t.account.at}</HeadCell>
            <HeadCell className={wide}>{t.account.actor}</HeadCell>
            <HeadCell>{t.account.action}</HeadCell>
            <HeadCell className={wide}>{t.account.subject}</HeadCell>
            <HeadCell className={wide}>{t.account.detail}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.id}>
              <RowHead className="md:whitespace-nowrap">{instantText(line.at)}</RowHead>
              <Cell className={`${wide} wrap-anywhere`}>{line.actor}</Cell>
              <Cell className="md:whitespace-nowrap">
                {line.action}
                <span className="block wrap-anywhere text-dim md:hidden">
                  {line.actor} · {line.subject}
                </span>
              </Cell>
              <Cell className={`${wide} wrap-anywhere`}>{line.subject}</Cell>
              <Cell className={`${wide} max-w-96`}>
                <code className="font-mono text-xs break-all text-dim">{line.detail}</code>
              </Cell>
            </tr>
          ))}
        </tbody>
      </DataTable>
      {next === null ? null : (
        <div className="mt-3">
          <LinkButton href={`/settings/audit?before=${next}`}>{t.account.older}</LinkButton>
        </div>
      )}
    </Panel>
  )
}
