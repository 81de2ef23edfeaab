import { SegmentedLinks } from '../kit/segmented-control'
import { t } from '../messages/en'

const TABS = [
  { key: 'bill', path: '' },
  { key: 'invoices', path: '/invoices' },
  { key: 'changes', path: '/changes' },
  { key: 'chargeback', path: '/chargeback' },
] as const

export type BillTab = (typeof TABS)[number]['key']

/** The views of one month, each at its own address. */
export function BillTabs({ month, tab }: { month: string; tab: BillTab }) {
  return (
    <SegmentedLinks
      label={t.change.tabsLabel}
      className="print:hidden"
      segments={TABS.map(({ key, path }) => ({
        href: `/bills/${month}${path}`,
        label: t.change.tabs[key],
        current: key === tab,
      }))}
    />
  )
}
