import { plotted } from '../../../lib/core/report/chart-series'
import type { ReportBar } from '../../../lib/core/report/report-document'

/** A bar of the likely amount and a thin band from low to high, on one scale. The amounts stand beside the bars, so it is its own table. */
export function BandChart({ bars }: { bars: readonly ReportBar[] }) {
  const most = Math.max(1e-9, ...bars.map((bar) => plotted(bar.high)))
  const percent = (amount: string) => `${(100 * Math.max(0, plotted(amount))) / most}%`
  return (
    <ul className="space-y-3 print:space-y-1.5">
      {bars.map((bar) => (
        <li key={bar.label}>
          <p className="flex flex-wrap justify-between gap-x-4 text-sm">
            <span className={bar.strong ? 'font-medium' : 'text-dim'}>{bar.label}</span>
            <span>
              <span className="font-medium">{bar.figure}</span>
              {bar.band === '' ? null : <span className="text-dim"> ({bar.band})</span>}
            </span>
          </p>
          <div aria-hidden className="relative mt-1 h-5 rounded-[3px] bg-soft print:border print:border-line">
            <div
              className="absolute inset-y-0 left-0 rounded-[3px] print:[print-color-adjust:exact]"
              style={{ width: percent(bar.likely), background: bar.strong ? 'var(--series-1)' : 'var(--series-other)' }}
            />
            {bar.band === '' ? null : (
              <div
                className="absolute top-1/2 h-1 -translate-y-1/2 rounded-full bg-ink/70 print:[print-color-adjust:exact]"
                style={{ left: percent(bar.low), width: `calc(${percent(bar.high)} - ${percent(bar.low)})` }}
              />
            )}
          </div>
        </li>
      ))}
    </ul>
  )
}
