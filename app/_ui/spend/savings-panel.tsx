import { compactUsd, countText, exactUsd } from '../../../lib/core/report/format'
import type { SavingLine, SavingsView } from '../../../lib/core/report/savings-view'
import { Link } from '../kit/link'
import { Panel } from '../kit/panel'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'

/** The largest savings that the workspace's own hours hold; each leads to the what-if that says why. */
export function SavingsPanel({ savings }: { savings: SavingsView }) {
  return (
    <Panel title={t.savings.title} note={t.savings.note(savings.targets)}>
      {savings.lines.length === 0 ? (
        <p className="text-dim">{t.savings.none}</p>
      ) : (
        <ul className="-mb-1">
          {savings.lines.map((line) => (
            <li
              key={`${line.host}/${line.model}/${line.project ?? ''}`}
              className="border-b border-line last:border-b-0"
            >
              <Link
                href={questionOf(line)}
                className="group grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 py-2"
                title={t.savings.exact(exactUsd(line.saving.likely))}
              >
                <span className="min-w-0 wrap-anywhere group-hover:underline">
                  {t.savings.move} <b className="font-semibold">{line.project ?? t.savings.noProject}</b>{' '}
                  {t.savings.to(line.target.model)}
                </span>
                <span className="text-right whitespace-nowrap">
                  <b className="font-semibold text-good">{compactUsd(line.saving.likely)}</b>
                  {t.savings.perMonth}
                </span>
                <span className="min-w-0 text-sm wrap-anywhere text-dim">
                  {t.savings.from(line.model, hostName(line.target.host), countText(line.requests))}
                </span>
                <span className="text-right text-sm whitespace-nowrap text-dim">
                  {t.savings.range(compactUsd(line.saving.low), compactUsd(line.saving.high))}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

function questionOf(line: SavingLine): string {
  const params = new URLSearchParams({
    share: '100',
    model: `${line.host}/${line.model}`,
    project: line.project ?? '',
    target: `${line.target.host}/${line.target.model}`,
  })
  return `/what-if?${params}`
}
