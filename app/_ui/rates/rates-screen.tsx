import { compactCount, countText, dayText } from '../../../lib/core/report/format'
import type { RateAmount, RateModelPage, RateModelView } from '../../../lib/core/report/rate-view'
import type { SpendCoverage } from '../../../lib/core/report/spend-overview'
import { Badge } from '../kit/badge'
import { Button, LinkButton } from '../kit/button'
import { CodeLine } from '../kit/code-line'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Input, Select } from '../kit/field'
import { Link } from '../kit/link'
import { Panel } from '../kit/panel'
import { EmptyState } from '../kit/states'
import { ScreenTitle } from '../kit/top-line'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'
import { RateFigure } from './amount'

/** The address of one model's ledger. Model names may hold slashes. */
export function rateLink(host: string, model: string): string {
  return `/rates/${encodeURIComponent(host)}/${model.split('/').map(encodeURIComponent).join('/')}`
}

/** The price book: what has no rate yet, then every model with its rates of now. */
export function RatesScreen({
  page,
  unpriced,
  text,
  host,
}: {
  page: RateModelPage
  unpriced: SpendCoverage['unpricedModels']
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
        <Unpriced models={unpriced} />
        <Panel
          title={t.rates.listTitle}
          note={t.rates.shown(countText(String(page.items.length)), countText(String(page.matches)))}
          actions={<Search text={text} host={host} hosts={page.hosts} />}
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

function Models({ models }: { models: readonly RateModelView[] }) {
  return (
    <>
      <DataTable caption={t.rates.listTitle}>
        <thead>
          <tr>
            <HeadCell>{t.rates.model}</HeadCell>
            <HeadCell>{t.rates.host}</HeadCell>
            <HeadCell align="right">{t.rates.input}</HeadCell>
            <HeadCell align="right">{t.rates.cached}</HeadCell>
            <HeadCell align="right">{t.rates.output}</HeadCell>
            <HeadCell align="right">{t.rates.checked}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {models.map((one) => (
            <tr key={`${one.host} ${one.model}`}>
              <RowHead>
                <Link
                  href={rateLink(one.host, one.model)}
                  className="wrap-break-word hover:text-accent hover:underline"
                >
                  {one.model}
                </Link>
                {one.contract ? (
                  <Badge tone="accent" className="ml-2">
                    {t.rates.contract}
                  </Badge>
                ) : null}
                <span className="block text-dim">{t.rates.entries(one.entries)}</span>
              </RowHead>
              <Cell>{hostName(one.host)}</Cell>
              <Rate rate={one.input} />
              <Rate rate={one.cacheRead} />
              <Rate rate={one.output} />
              <Cell align="right" className="text-dim">
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

function Rate({ rate }: { rate: RateAmount | null }) {
  return (
    <Cell align="right">
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

function Unpriced({ models }: { models: SpendCoverage['unpricedModels'] }) {
  if (models.length === 0) {
    return (
      <Panel id="unpriced" title={t.rates.unpricedTitle}>
        <p className="text-sm text-dim">{t.rates.unpricedNone}</p>
      </Panel>
    )
  }
  return (
    <Panel id="unpriced" title={t.rates.unpricedTitle} note={t.rates.unpricedNote} className="border-warn/50">
      <DataTable caption={t.rates.unpricedTitle}>
        <thead>
          <tr>
            <HeadCell>{t.rates.model}</HeadCell>
            <HeadCell>{t.rates.host}</HeadCell>
            <HeadCell align="right">{t.rates.calls}</HeadCell>
            <HeadCell align="right">{t.rates.tokens}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {models.map((one) => (
            <tr key={`${one.host} ${one.model}`}>
              <RowHead className="wrap-break-word">{one.model}</RowHead>
              <Cell>{hostName(one.host)}</Cell>
              <Cell align="right">
                <Link
                  href={`/calls?${new URLSearchParams({ period: '12m', host: one.host, model: one.model, unpriced: '1' })}`}
                  className="text-warn hover:underline"
                >
                  {countText(one.requests)}
                </Link>
              </Cell>
              <Cell align="right" title={countText(one.tokens)}>
                {compactCount(one.tokens)}
              </Cell>
            </tr>
          ))}
        </tbody>
      </DataTable>
      <p className="mt-3 mb-1.5 text-sm text-dim">{t.rates.unpricedHow}</p>
      <CodeLine
        label={t.rates.unpricedCommand}
        code={
          'curl -H "Authorization: Bearer $TOKENTAB_TOKEN" -H "content-type: application/json" --data @prices.json /api/v1/prices'
        }
      />
    </Panel>
  )
}
