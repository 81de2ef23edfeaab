import { SegmentedLinks } from '../kit/segmented-control'
import { t } from '../messages/en'

const PATHS = { files: '/imports', connections: '/imports/connections' } as const

export type ImportTab = keyof typeof PATHS

/** The ways in, each at its own address. */
export function ImportTabs({ tab }: { tab: ImportTab }) {
  return (
    <SegmentedLinks
      label={t.connections.tabsLabel}
      segments={(['files', 'connections'] as const).map((key) => ({
        href: PATHS[key],
        label: t.connections.tabs[key],
        current: key === tab,
      }))}
    />
  )
}
