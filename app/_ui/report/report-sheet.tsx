/** The report as one sheet: on screen a column to read, on paper one page of A4 or Letter. */
import type { ReportDocument, ReportTable } from '../../../lib/core/report/report-document'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { t } from '../messages/en'
import { BandChart } from './band-chart'

export function ReportSheet({ document }: { document: ReportDocument }) {
  return (
    <article className="report-sheet mx-auto max-w-240 rounded-md border border-line bg-panel p-5 sm:p-8 print:max-w-none print:border-0 print:p-0">
      <header className="mb-5 print:mb-2">
        <p className="text-sm text-dim">
          {document.product} · {document.kind}
        </p>
        <h1 className="mt-1 text-xl leading-snug font-semibold wrap-anywhere">{document.question}</h1>
        <p className="mt-3 print:mt-1">
          <span className="text-[38px] leading-[1.15] font-semibold tracking-[-0.02em] print:text-2xl">
            {document.figure}
          </span>{' '}
          <span className="text-lg">{document.sentence}</span>
        </p>
        <p className="mt-1 text-dim">{document.context}</p>
      </header>
      <div className="grid gap-x-8 gap-y-5 md:grid-cols-[minmax(0,3fr)_minmax(0,2fr)] print:grid-cols-2 print:gap-y-2">
        <section>
          <h2 className="mb-2 font-semibold">{document.chartTitle}</h2>
          <BandChart bars={document.bars} />
        </section>
        <section>
          <h2 className="sr-only">{t.report.kind}</h2>
          <dl className="space-y-1 text-sm">
            {document.facts.map((fact) => (
              <div key={fact.name} className="flex justify-between gap-4 border-b border-line pb-1">
                <dt className="text-dim">{fact.name}</dt>
                <dd className="text-right font-medium">{fact.value}</dd>
              </div>
            ))}
          </dl>
        </section>
        {document.lists.map((list) => (
          <section key={list.title} className="md:only:col-span-2">
            <h2 className="mb-1 font-semibold">{list.title}</h2>
            <ul className="list-disc space-y-1 pl-4 text-sm print:space-y-0">
              {list.items.map((item) => (
                <li key={item}>{item}</li>
              ))}
            </ul>
          </section>
        ))}
      </div>
      <div className="mt-5 space-y-5 print:mt-2 print:space-y-2">
        <SheetTable table={document.stays} rightFrom={1} />
        <SheetTable table={document.assumptions} rightFrom={null} />
      </div>
      <footer className="mt-5 space-y-0.5 border-t border-line pt-3 text-xs text-dim print:mt-2 print:pt-1">
        {document.origin.map((line) => (
          <p key={line} className="wrap-anywhere">
            {line}
          </p>
        ))}
      </footer>
    </article>
  )
}

function SheetTable({ table, rightFrom }: { table: ReportTable; rightFrom: number | null }) {
  const align = (column: number) => (rightFrom !== null && column >= rightFrom ? ('right' as const) : ('left' as const))
  return (
    <section>
      <h2 className="mb-1 font-semibold">{table.title}</h2>
      {table.rows.length === 0 ? (
        <p className="text-sm text-dim">{table.none}</p>
      ) : (
        // On a phone a wide table is scrolled in its own box, rather than broken within words.
        <DataTable caption={table.title} className={table.head.length > 3 ? 'min-w-160 print:min-w-0' : undefined}>
          <thead>
            <tr>
              {table.head.map((name, column) => (
                <HeadCell key={name} align={align(column)}>
                  {name}
                </HeadCell>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row) => (
              <tr key={row.join('\n')}>
                {row.map((text, column) =>
                  column === 0 ? (
                    <RowHead key={table.head[column]}>{text}</RowHead>
                  ) : (
                    <Cell
                      key={table.head[column]}
                      align={align(column)}
                      className={column === row.length - 1 ? 'whitespace-nowrap' : 'wrap-anywhere'}
                    >
                      {text}
                    </Cell>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </DataTable>
      )}
    </section>
  )
}
