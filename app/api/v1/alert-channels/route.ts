import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { readAlertChannels } from '@/lib/server/read/budgets'
import { addAlertChannel, addChannelInput } from '@/lib/server/use-case/change-alert-channels'

export const GET = route('channels.manage', async ({ principal }) =>
  json({ items: await readAlertChannels(principal) }),
)

export const POST = route('channels.manage', async ({ principal, request }) =>
  json(await addAlertChannel(principal, await readJson(request, addChannelInput)), { status: 201 }),
)
