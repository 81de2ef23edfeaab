import type { ReactNode } from 'react'
import { findPagePrincipal } from '../../lib/server/auth/page'
import { Shell } from '../_ui/shell/shell'

/**
 * The frame of every signed-in screen. It guards nothing: each page asks for the principal itself and, when there is
 * none, sends the visitor to sign in with the way back.
 */
export default async function AppLayout({ children }: { children: ReactNode }) {
  const principal = await findPagePrincipal()
  if (principal === null) return children
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
