'use client'
import { useCallback, useEffect, useState } from 'react'
import { countText } from '../../../lib/core/report/format'
import type { UsageOverlap } from '../../../lib/core/report/overlap-view'
import type { SourceDecisionView } from '../../../lib/core/report/source-decision-view'
import { Button } from '../kit/button'
import { cn } from '../kit/class-name'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Link } from '../kit/link'
import { Money } from '../kit/money'
import { Panel } from '../kit/panel'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'
import { DecideDialog } from './decide-dialog'
import { DecisionsPanel } from './decisions-panel'
import { parsed } from './request'

const IMPORTS_SHOWN = 4
const wide = 'hidden md:table-cell'

async function fetched(path: string, signal: AbortSignal | null): Promise<unknown> {
  try {
    const reply = await fetch(path, { signal })
    return reply.ok ? parsed(await reply.text()) : null
  } catch {
    // No reply, or the page was left: the notice is an addition, the page is whole without it.
    return null
  }
}

/**
 * Where two sources tell the same, and what was decided about it. Asked for after the page is there, because it reads
 * records; nothing is shown until something is found. `onChange` after a decision or its reversal.
 */
export function OverlapPanel({
  revision,
  mayDecide,
  onChange,
}: {
  revision: string
  mayDecide: boolean
  onChange: () => void
}) {
  const [overlaps, setOverlaps] = useState<readonly UsageOverlap[]>([])
  const [decisions, setDecisions] = useState<readonly SourceDecisionView[]>([])
  const [deciding, setDeciding] = useState<{ overlap: UsageOverlap; source: string } | null>(null)
  const read = useCallback(async (signal: AbortSignal | null) => {
    const found = await fetched('/api/v1/imports/overlaps', signal)
    if (Array.isArray(found)) setOverlaps(found as UsageOverlap[])
    const made = (await fetched('/api/v1/imports/decisions', signal)) as { decisions?: unknown } | null
    if (made !== null && Array.isArray(made.decisions)) setDecisions(made.decisions as SourceDecisionView[])
  }, [])
  useEffect(() => {
    if (revision === '') return
    const stop = new AbortController()
    void read(stop.signal)
    return () => stop.abort()
  }, [revision, read])
  const again = () => {
    void read(null)
    onChange()
  }
  return (
    <>
      {overlaps.map((overlap) => (
        <HostOverlap
          key={overlap.host}
          overlap={overlap}
          onDecide={mayDecide ? (source) => setDeciding({ overlap, source }) : null}
        />
      ))}
      <DecisionsPanel decisions={decisions} mayDecide={mayDecide} onReversed={again} />
      {deciding === null ? null : (
        <DecideDialog
          overlap={deciding.overlap}
          initial={deciding.source}
          onClose={() => setDeciding(null)}
          onDecided={() => {
            setDeciding(null)
            again()
          }}
        />
      )}
    </>
  )
}

function HostOverlap({
  overlap,
  onDecide,
}: {
  overlap: UsageOverlap
  /** Null for a role that may not decide. */
  onDecide: ((source: string) => void) | null
}) {
  const title = t.imports.overlapTitle(hostName(overlap.host), overlap.from, overlap.to)
  return (
    <Panel title={title} note={t.imports.overlapNote}>
      <DataTable caption={title}>
        <thead>
          <tr>
            <HeadCell>{t.imports.overlapSource}</HeadCell>
            <HeadCell align="right" className={wide}>
              {t.imports.overlapDays}
            </HeadCell>
            <HeadCell align="right" className={wide}>
              {t.imports.overlapModels}
            </HeadCell>
            <HeadCell align="right">{t.imports.overlapRecords}</HeadCell>
            <HeadCell align="right">{t.imports.cost}</HeadCell>
            <HeadCell className={wide}>{t.imports.overlapImports}</HeadCell>
            {onDecide === null ? null : (
              <HeadCell align="right" className={wide}>
                {t.imports.actions}
              </HeadCell>
            )}
          </tr>
        </thead>
        <tbody>
          {overlap.sources.map((source) => (
            <tr key={source.title}>
              <RowHead>
                {source.title}
                {onDecide === null ? null : (
                  <span className="mt-1 block md:hidden">
                    <LetCount source={source} overlap={overlap} onDecide={onDecide} />
                  </span>
                )}
              </RowHead>
              <Cell align="right" className={wide}>
                {countText(source.days)}
              </Cell>
              <Cell align="right" className={wide}>
                {countText(source.models)}
              </Cell>
              <Cell align="right">{countText(source.records)}</Cell>
              <Cell align="right">
                {source.cost === null ? <span className="text-dim">—</span> : <Money amount={source.cost} />}
              </Cell>
              <Cell className={cn(wide, 'min-w-40')}>
                {source.imports.slice(0, IMPORTS_SHOWN).map((one) => (
                  <Link
                    key={one.id}
                    href={`/imports/${one.id}`}
                    title={one.filename}
                    className="mr-2 text-accent underline underline-offset-3"
                  >
                    #{one.no}
                  </Link>
                ))}
                {source.imports.length > IMPORTS_SHOWN
                  ? t.imports.overlapMore(String(source.imports.length - IMPORTS_SHOWN))
                  : null}
              </Cell>
              {onDecide === null ? null : (
                <Cell align="right" className={wide}>
                  <LetCount source={source} overlap={overlap} onDecide={onDecide} />
                </Cell>
              )}
            </tr>
          ))}
        </tbody>
      </DataTable>
      <p className="mt-3 max-w-180 text-sm text-dim">{t.imports.overlapRemedy}</p>
    </Panel>
  )
}

function LetCount({
  source,
  overlap,
  onDecide,
}: {
  source: UsageOverlap['sources'][number]
  overlap: UsageOverlap
  onDecide: (source: string) => void
}) {
  return (
    <Button
      size="sm"
      aria-label={t.sources.letCount(source.title, hostName(overlap.host))}
      onClick={() => onDecide(source.source)}
    >
      {t.sources.letCountShort}
    </Button>
  )
}
