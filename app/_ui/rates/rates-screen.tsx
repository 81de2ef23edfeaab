import { countText, dayText } from '../../../lib/core/report/format'
import type { NameView, RateAmount, RateModelPage, RateModelView } from '../../../lib/core/report/rate-view'
import type { RevisionView } from '../../../lib/core/report/reprice-view'
import type { UnpricedModelView } from '../../../lib/core/report/unpriced-view'
import { Badge } from '../kit/badge'
import { Button, LinkButton } from '../kit/button'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Input, Select } from '../kit/field'
import { Link } from '../kit/link'
import { Panel } from '../kit/panel'
import { EmptyState } from '../kit/states'
import { ScreenTitle } from '../kit/top-line'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'
import { RateFigure } from './amount'
import { DiscountButton } from './discount-dialog'
import { NamesPanel } from './names-panel'
import { PriceUpdateButton } from './price-update-dialog'
import { RepricePanel } from './reprice-panel'
import { UnpricedQueue } from './unpriced-queue'

/** The address of one model's ledger. Model names may hold slashes. */
export function rateLink(host: string, model: string): string {
  return `/rates/${encodeURIComponent(host)}/${model.split('/').map(encodeURIComponent).join('/')}`
}

/** The price book: what has no rate yet, then every model with its rates of now. */
export function RatesScreen({
  page,
  unpriced,
  names,
  revisions,
  days,
  canWrite,
  canUpdate,
  text,
  host,
}: {
  page: RateModelPage
  unpriced: readonly UnpricedModelView[]
  names: readonly NameView[]
  revisions: readonly RevisionView[]
  /** YYYY-MM-DD by UTC. */
  days: { readonly monthStart: string; readonly today: string; readonly tomorrow: string }
  /** May enter prices and price records again. */
  canWrite: boolean
  /** May load a signed-off file into the book of the whole instance. */
  canUpdate: boolean
  text: string
  host: string | null
}) {
  return (
    <>
      <ScreenTitle
        sentence={t.rates.answer(countText(String(page.models)), countText(String(page.hosts.length)))}
        context={t.rates.answerContext}
      />
      <div className="flex flex-col gap-4">
        <UnpricedQueue models={unpriced} canWrite={canWrite} />
        <Panel
          title={t.rates.listTitle}
          note={t.rates.shown(countText(String(page.items.length)), countText(String(page.matches)))}
          actions={
            <div className="flex flex-wrap gap-2 sm:justify-end">
              <Search text={text} host={host} hosts={page.hosts} />
              {canWrite ? <DiscountButton hosts={page.hosts} today={days.today} tomorrow={days.tomorrow} /> : null}
              {canUpdate ? <PriceUpdateButton today={days.today} /> : null}
            </div>
          }
        >
          {page.items.length === 0 ? (
            <EmptyState
              title={t.rates.nothing}
              action={<LinkButton href="/rates">{t.rates.nothingAction}</LinkButton>}
              className="border-0"
            >
              <p>{t.rates.nothingText}</p>
            </EmptyState>
          ) : (
            <Models models={page.items} />
          )}
        </Panel>
        <NamesPanel names={names} canWrite={canWrite} tomorrow={days.tomorrow} />
        <RepricePanel
          revisions={revisions}
          hosts={page.hosts}
          monthStart={days.monthStart}
          tomorrow={days.tomorrow}
          canWrite={canWrite}
        />
      </div>
    </>
  )
}

function Search({ text, host, hosts }: { text: string; host: string | null; hosts: readonly string[] }) {
  return (
    <search>
      <form action="/rates" className="flex flex-wrap gap-2">
        <Input
          name="q"
          type="search"
          defaultValue={text}
          placeholder={t.rates.search}
          aria-label={t.rates.search}
          className="w-60"
        />
        <Select name="host" defaultValue={host ?? ''} aria-label={t.rates.host} className="w-44">
          <option value="">{t.rates.anyHost}</option>
          {hosts.map((name) => (
            <option key={name} value={name}>
              {hostName(name)}
            </option>
          ))}
        </Select>
        <Button type="submit" className="h-9">
          {t.rates.searchAction}
        </Button>
      </form>
    </search>
  )
}

const wide = 'hidden md:table-cell'

function Models({ models }: { models: readonly RateModelView[] }) {
  return (
    <>
      <DataTable caption={t.rates.listTitle}>
        <thead>
          <tr>
            <HeadCell>{t.rates.model}</HeadCell>
            <HeadCell className={wide}>{t.rates.host}</HeadCell>
            <HeadCell align="right">{t.rates.input}</HeadCell>
            <HeadCell align="right" className={wide}>
              {t.rates.cached}
            </HeadCell>
            <HeadCell align="right">{t.rates.output}</HeadCell>
            <HeadCell align="right" className={wide}>
              {t.rates.checked}
            </HeadCell>
          </tr>
        </thead>
        <tbody>
          {models.map((one) => (
            <tr key={`${one.host} ${one.model}`}>
              <RowHead>
                <Link
                  href={rateLink(one.host, one.model)}
                  className="wrap-anywhere hover:text-accent hover:underline md:wrap-break-word"
                >
                  {one.model === '*' ? t.reprice.everyModel : one.model}
                </Link>
                {one.contract ? (
                  <Badge tone="accent" className="ml-2">
                    {t.rates.contract}
                  </Badge>
                ) : null}
                <span className="block text-dim md:hidden">{hostName(one.host)}</span>
                <span className="block text-dim">{t.rates.entries(one.entries)}</span>
              </RowHead>
              <Cell className={wide}>{hostName(one.host)}</Cell>
              <Rate rate={one.input} />
              <Rate rate={one.cacheRead} className={wide} />
              <Rate rate={one.output} />
              <Cell align="right" className={`${wide} text-dim`}>
                {dayText(one.checkedOn)}
              </Cell>
            </tr>
          ))}
        </tbody>
      </DataTable>
      <p className="mt-2 text-sm text-dim">
        {t.rates.perMillion} · * {t.rates.varies}
      </p>
    </>
  )
}

function Rate({ rate, className }: { rate: RateAmount | null; className?: string }) {
  return (
    <Cell align="right" className={className}>
      {rate === null ? (
        <span className="text-dim">—</span>
      ) : (
        <>
          <RateFigure {...rate} />
          {rate.varies ? <span title={t.rates.varies}>*</span> : <span className="invisible">*</span>}
        </>
      )}
    </Cell>
  )
}
