import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { listMembers } from '@/lib/server/read/list-members'
import { addMember, addMemberInput } from '@/lib/server/use-case/add-member'

export const GET = route('members.manage', async ({ principal }) => {
  const members = await listMembers(principal)
  return json({
    members: members.map((member) => ({
      id: member.userId,
      email: member.email,
      name: member.name,
      role: member.role,
      disabled: member.disabled,
      has_password: member.hasPassword,
      joined_at: member.joinedAt,
      last_seen_at: member.lastSeenAt,
    })),
  })
})

export const POST = route('members.manage', async ({ principal, request }) => {
  const { userId } = await addMember(principal, await readJson(request, addMemberInput))
  return json({ id: userId }, { status: 201 })
})
