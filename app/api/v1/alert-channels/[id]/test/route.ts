import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { tryAlertChannel } from '@/lib/server/use-case/change-alert-channels'

export const POST = route<{ id: string }>('channels.manage', async ({ principal, params }) =>
  json(await tryAlertChannel(principal, params.id)),
)
