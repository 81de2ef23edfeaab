import type { ReactNode } from 'react'
import { requirePagePrincipal } from '../../lib/server/auth/page'
import { listWorkspaceChoices } from '../../lib/server/read/list-workspaces'
import { readNavigation } from '../../lib/server/read/navigation'
import { Shell } from '../_ui/shell/shell'

/**
 * The frame of every signed-in screen. It asks who is there before a byte is streamed, so that a stranger is redirected by
 * status and not by script; each page asks again, because a frame is not drawn anew when one goes from page to page.
 */
export default async function AppLayout({ children }: { children: ReactNode }) {
  const principal = await requirePagePrincipal()
  const [{ models, hosts, projects, months, unpricedModels, unseenAlerts }, workspaces] = await Promise.all([
    readNavigation(principal, { nowMs: Date.now() }),
    listWorkspaceChoices(principal),
  ])
  return (
    <Shell
      workspaceName={principal.workspaceName}
      isSample={principal.isSample}
      workspaces={workspaces}
      signedInAs={principal.actor}
      unpricedModels={unpricedModels}
      unseenAlerts={unseenAlerts}
      targets={{ models, hosts, projects, months }}
    >
      {children}
    </Shell>
  )
}
