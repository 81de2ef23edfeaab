import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { readAccount } from '@/lib/server/read/read-account'

export const GET = route('account.self', async ({ principal }) => {
  const account = await readAccount(principal)
  return json({
    email: account.email,
    name: account.name,
    role: principal.role,
    workspace_id: principal.workspaceId,
    workspaces: account.workspaces.map((workspace) => ({
      id: workspace.id,
      name: workspace.name,
      is_sample: workspace.isSample,
      role: workspace.role,
    })),
    sessions: account.sessions.map((session) => ({
      id: session.id,
      user_agent: session.userAgent,
      created_at: session.createdAt,
      last_seen_at: session.lastSeenAt,
      expires_at: session.expiresAt,
      is_this_one: session.isThisOne,
    })),
  })
})
