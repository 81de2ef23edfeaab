import type { ReactNode } from 'react'
import { requirePagePrincipal } from '../../lib/server/auth/page'
import { Shell } from '../_ui/shell/shell'

/** Every signed-in screen. The principal is asked for again by each page's own read: a layout alone guards nothing. */
export default async function AppLayout({ children }: { children: ReactNode }) {
  const principal = await requirePagePrincipal()
  return (
    <Shell
      workspaceName={principal.workspaceName}
      isSample={principal.isSample}
      signedInAs={principal.actor}
      unpricedModels={null}
      targets={{ models: [], hosts: [] }}
    >
      {children}
    </Shell>
  )
}
