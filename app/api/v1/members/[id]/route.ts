import { readJson } from '@/lib/server/http/body'
import { readId } from '@/lib/server/http/id'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { changeMember, changeMemberInput, removeMember } from '@/lib/server/use-case/change-member'

export const PATCH = route<{ id: string }>('members.manage', async ({ principal, request, params }) => {
  await changeMember(principal, readId(params.id), await readJson(request, changeMemberInput))
  return json({ changed: true })
})

export const DELETE = route<{ id: string }>('members.manage', async ({ principal, params }) => {
  await removeMember(principal, readId(params.id))
  return json({ removed: true })
})
