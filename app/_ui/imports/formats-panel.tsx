import type { FormatView } from '../../../lib/core/report/import-view'
import { AnchorButton, LinkButton } from '../kit/button'
import { CodeLine } from '../kit/code-line'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Panel } from '../kit/panel'
import { t } from '../messages/en'

/** What can be dropped, and the same by a script. */
export function FormatsPanel({ formats, origin }: { formats: readonly FormatView[]; origin: string }) {
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <Panel
        title={t.imports.formatsTitle}
        note={t.imports.formatsNote}
        actions={
          <AnchorButton href="/api/v1/formats/template.csv" download>
            {t.imports.template}
          </AnchorButton>
        }
      >
        <details>
          <summary className="w-fit cursor-pointer text-accent hover:underline">
            {t.imports.formatsAll(formats.length)}
          </summary>
          <DataTable caption={t.imports.formatsTitle} className="mt-2">
            <thead>
              <tr>
                <HeadCell>{t.imports.formatName}</HeadCell>
                <HeadCell>{t.imports.formatHow}</HeadCell>
              </tr>
            </thead>
            <tbody>
              {formats.map((format) => (
                <tr key={format.id}>
                  <RowHead>
                    {format.title}
                    <span className="block font-mono text-xs text-dim">{format.id}</span>
                  </RowHead>
                  <Cell className="text-dim">{format.recognised_by}</Cell>
                </tr>
              ))}
            </tbody>
          </DataTable>
        </details>
      </Panel>
      <Panel
        title={t.imports.scriptTitle}
        note={t.imports.scriptNote}
        actions={<LinkButton href="/settings/tokens">{t.imports.makeToken}</LinkButton>}
      >
        <CodeLine
          label={t.imports.scriptLabel}
          code={`curl -H "Authorization: Bearer $TOKENTAB_TOKEN" --data-binary @usage.csv "${origin}/api/v1/imports?filename=usage.csv"`}
        />
      </Panel>
    </div>
  )
}
