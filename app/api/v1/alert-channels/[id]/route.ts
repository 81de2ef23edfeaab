import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { endAlertChannel } from '@/lib/server/use-case/change-alert-channels'

export const DELETE = route<{ id: string }>('channels.manage', async ({ principal, params }) => {
  await endAlertChannel(principal, params.id)
  return json({ removed: true })
})
