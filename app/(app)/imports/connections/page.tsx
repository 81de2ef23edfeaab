import type { Metadata } from 'next'
import { requirePagePrincipal } from '../../../../lib/server/auth/page'
import { grantOf } from '../../../../lib/server/auth/principal'
import { listConnectionKinds, readConnections } from '../../../../lib/server/read/connections'
import { ConnectionsScreen } from '../../../_ui/connections/connections-screen'
import { t } from '../../../_ui/messages/en'

export const metadata: Metadata = { title: t.connections.title }

export default async function ConnectionsPage() {
  const principal = await requirePagePrincipal('/imports/connections')
  return (
    <ConnectionsScreen
      connections={await readConnections(principal)}
      kinds={listConnectionKinds(principal)}
      mayWrite={grantOf(principal, 'connections.write') !== 'none'}
    />
  )
}
