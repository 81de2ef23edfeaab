import { Fragment, type ReactNode } from 'react'
import { countText, exactIn, signedIn } from '../../../lib/core/report/format'
import type { ReconcileHostView, ReconcileLineView } from '../../../lib/core/report/reconcile-view'
import { cn } from '../kit/class-name'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Link } from '../kit/link'
import { Money } from '../kit/money'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'
import { callsLink } from '../spend/drill'
import { NameModel } from './name-model'

const wide = 'hidden md:table-cell'
const COLUMNS = 6

/** Calls of one name; those of a model with several are all calls of the host, and each name leads to its own beside them. */
export function modelFilter(model: string | null, names: readonly string[]): { readonly model?: string } {
  const [name = model, another] = names
  return name === null || another !== undefined ? {} : { model: name }
}

/** One host's lines, model by model: counts before money. */
export function GapLines({
  month,
  host,
  compared,
  mayName,
}: {
  month: string
  host: ReconcileHostView
  compared: NonNullable<ReconcileHostView['compared']>
  mayName: boolean
}) {
  const { lines } = compared
  return (
    <DataTable caption={t.invoices.linesOf(hostName(host.host))}>
      <thead>
        <tr>
          <HeadCell>{t.invoices.line}</HeadCell>
          <HeadCell align="right" className={wide}>
            {t.invoices.ourCount}
          </HeadCell>
          <HeadCell align="right" className={wide}>
            {t.invoices.invoiceCount}
          </HeadCell>
          <HeadCell align="right">{t.invoices.ours}</HeadCell>
          <HeadCell align="right">{t.invoices.invoice}</HeadCell>
          <HeadCell align="right">{t.invoices.gap}</HeadCell>
        </tr>
      </thead>
      {byModel(lines).map((group) => (
        <ModelLines
          key={[group[0].model, group[0].unresolved].join(' ')}
          month={month}
          host={host}
          lines={group}
          naming={mayName ? <Naming host={host.host} line={group[0]} compared={compared} /> : null}
        />
      ))}
    </DataTable>
  )
}

type OfOneModel = readonly [ReconcileLineView, ...ReconcileLineView[]]

/** The lines are sorted by model. */
function byModel(lines: readonly ReconcileLineView[]): readonly OfOneModel[] {
  const groups: [ReconcileLineView, ...ReconcileLineView[]][] = []
  for (const line of lines) {
    const last = groups.at(-1)
    if (last !== undefined && last[0].model === line.model && last[0].unresolved === line.unresolved) last.push(line)
    else groups.push([line])
  }
  return groups
}

/** A model that has several lines, or other names to tell, stands above its lines. */
function ModelLines({
  month,
  host: { host, currency },
  lines,
  naming,
}: {
  month: string
  host: ReconcileHostView
  lines: OfOneModel
  naming: ReactNode
}) {
  const [first, another] = lines
  const isPlain = another === undefined && !hasOtherNames(first) && first.unresolved === null
  return (
    <tbody>
      {isPlain ? null : (
        <tr>
          <th scope="rowgroup" colSpan={COLUMNS} className="px-2 pt-3 text-left align-top font-normal wrap-anywhere">
            {first.model}
            <Names month={month} host={host} line={first}>
              {naming}
            </Names>
          </th>
        </tr>
      )}
      {lines.map((line) => (
        <LineRow key={line.meter} month={month} host={host} currency={currency} line={line} isBelow={!isPlain} />
      ))}
    </tbody>
  )
}

function LineRow({
  month,
  host,
  currency,
  line,
  isBelow,
}: {
  month: string
  host: string
  currency: string
  line: ReconcileLineView
  isBelow: boolean
}) {
  const count = (digits: string | null) => (digits === null ? '—' : countText(digits))
  const meter = line.meter === null ? null : t.rates.meterName(line.meter)
  return (
    <tr>
      {isBelow ? (
        <RowHead className="text-dim">{meter ?? t.invoices.anyMeter}</RowHead>
      ) : (
        <RowHead className="wrap-anywhere">
          {line.model ?? t.invoices.otherUsage}
          {meter === null ? null : <span className="block text-xs text-dim">{meter}</span>}
        </RowHead>
      )}
      <Cell align="right" className={wide}>
        {count(line.our_quantity)}
      </Cell>
      <Cell
        align="right"
        className={cn(
          wide,
          line.invoice_quantity !== null && line.invoice_quantity !== line.our_quantity ? 'text-warn' : '',
        )}
      >
        {count(line.invoice_quantity)}
      </Cell>
      <Cell align="right">
        <Link
          href={callsLink(month, month, undefined, { host, ...modelFilter(line.model, line.usage_models) })}
          className="hover:text-accent hover:underline"
        >
          <Money amount={line.ours} currency={currency} />
        </Link>
      </Cell>
      <Cell align="right">
        <Money amount={line.invoice} currency={currency} />
      </Cell>
      <Cell align="right">
        <span title={exactIn(line.gap, currency)}>{signedIn(line.gap, currency)}</span>
      </Cell>
    </tr>
  )
}

const isOther = (names: readonly string[], model: string | null) => names.some((name) => name !== model)
const hasOtherNames = (line: ReconcileLineView) =>
  isOther(line.usage_models, line.model) || isOther(line.invoice_models, line.model)

/** What each side calls the model, where that is another name, and why one could not be told. */
function Names({
  month,
  host,
  line,
  children,
}: {
  month: string
  host: string
  line: ReconcileLineView
  children: ReactNode
}) {
  const { model, usage_models: used, invoice_models: invoiced, unresolved } = line
  return (
    <>
      {isOther(used, model) ? (
        <span className="block text-xs text-dim">
          {t.invoices.usedAs}{' '}
          {used.map((name, index) => (
            <Fragment key={name}>
              {index === 0 ? null : ', '}
              <Link
                href={callsLink(month, month, undefined, { host, model: name })}
                className="hover:text-accent hover:underline"
              >
                {name}
              </Link>
            </Fragment>
          ))}
        </span>
      ) : null}
      {isOther(invoiced, model) ? (
        <span className="block text-xs text-dim">
          {t.invoices.invoicedAs} {invoiced.join(', ')}
        </span>
      ) : null}
      {unresolved === null || invoiced.length === 0 ? null : (
        <>
          <span className="block text-xs text-warn">{t.invoices.unresolved[unresolved]}</span>
          {children}
        </>
      )}
    </>
  )
}

function Naming({
  host,
  line,
  compared: { unnamed, nameable },
}: {
  host: string
  line: ReconcileLineView
  compared: NonNullable<ReconcileHostView['compared']>
}) {
  const found = unnamed.find((one) => line.invoice_models.includes(one.name))
  return found === undefined ? null : <NameModel host={host} unnamed={found} models={nameable} />
}
