'use client'
import { useEffect, useState } from 'react'
import { countText } from '../../../lib/core/report/format'
import type { UsageOverlap } from '../../../lib/core/report/overlap-view'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Link } from '../kit/link'
import { Money } from '../kit/money'
import { Panel } from '../kit/panel'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'
import { parsed } from './request'

const IMPORTS_SHOWN = 4

/** Asked for after the page is there, because it reads records; nothing is shown until something is found. */
export function OverlapPanel({ revision }: { revision: string }) {
  const [overlaps, setOverlaps] = useState<readonly UsageOverlap[]>([])
  useEffect(() => {
    if (revision === '') return
    const stop = new AbortController()
    const ask = async () => {
      try {
        const reply = await fetch('/api/v1/imports/overlaps', { signal: stop.signal })
        const found = reply.ok ? parsed(await reply.text()) : null
        if (Array.isArray(found)) setOverlaps(found as UsageOverlap[])
      } catch {
        // No reply, or the page was left: the notice is an addition, the page is whole without it.
      }
    }
    void ask()
    return () => stop.abort()
  }, [revision])
  return overlaps.map((overlap) => <HostOverlap key={overlap.host} overlap={overlap} />)
}

function HostOverlap({ overlap }: { overlap: UsageOverlap }) {
  const title = t.imports.overlapTitle(hostName(overlap.host), overlap.from, overlap.to)
  return (
    <Panel title={title} note={t.imports.overlapNote}>
      <DataTable caption={title}>
        <thead>
          <tr>
            <HeadCell>{t.imports.overlapSource}</HeadCell>
            <HeadCell align="right">{t.imports.overlapDays}</HeadCell>
            <HeadCell align="right">{t.imports.overlapModels}</HeadCell>
            <HeadCell align="right">{t.imports.overlapRecords}</HeadCell>
            <HeadCell align="right">{t.imports.cost}</HeadCell>
            <HeadCell>{t.imports.overlapImports}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {overlap.sources.map((source) => (
            <tr key={source.title}>
              <RowHead>{source.title}</RowHead>
              <Cell align="right">{countText(source.days)}</Cell>
              <Cell align="right">{countText(source.models)}</Cell>
              <Cell align="right">{countText(source.records)}</Cell>
              <Cell align="right">
                {source.cost === null ? <span className="text-dim">—</span> : <Money amount={source.cost} />}
              </Cell>
              <Cell className="min-w-40">
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
            </tr>
          ))}
        </tbody>
      </DataTable>
      <p className="mt-3 max-w-180 text-sm text-dim">{t.imports.overlapRemedy}</p>
    </Panel>
  )
}
