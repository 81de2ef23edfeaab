'use client'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { dayText, instantText } from '../../../lib/core/report/format'
import { Badge } from '../kit/badge'
import { Button } from '../kit/button'
import { ActionsCell, ActionsHeadCell, Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Select } from '../kit/field'
import { Panel } from '../kit/panel'
import { toast } from '../kit/toast'
import { t } from '../messages/en'
import { AddMemberDialog } from './add-member-dialog'
import { ManageMemberDialog } from './manage-member-dialog'
import { type MemberLine, ROLE_NAMES, type RoleName } from './member-line'
import { ask } from './request'

export function MembersScreen({ members }: { members: readonly MemberLine[] }) {
  const [adding, setAdding] = useState(false)
  return (
    <Panel
      title={t.account.tabs.members}
      actions={
        <Button tone="primary" onClick={() => setAdding(true)}>
          {t.account.addMember}
        </Button>
      }
    >
      <DataTable caption={t.account.tabs.members}>
        <thead>
          <tr>
            <HeadCell>{t.account.member}</HeadCell>
            <HeadCell>{t.account.role}</HeadCell>
            <HeadCell>{t.account.state}</HeadCell>
            <HeadCell>{t.account.lastSeen}</HeadCell>
            <ActionsHeadCell>{t.account.actions}</ActionsHeadCell>
          </tr>
        </thead>
        <tbody>
          {members.map((member) => (
            <MemberRow key={member.userId} member={member} />
          ))}
        </tbody>
      </DataTable>
      <AddMemberDialog open={adding} onOpenChange={setAdding} />
    </Panel>
  )
}

function MemberRow({ member }: { member: MemberLine }) {
  const [managing, setManaging] = useState(false)
  return (
    <tr>
      <RowHead className="min-w-44">
        <span className="font-medium break-all">{member.email}</span>{' '}
        {member.isYou ? <Badge tone="accent">{t.account.you}</Badge> : null}
        {member.name === '' ? null : <span className="block text-dim">{member.name}</span>}
      </RowHead>
      <Cell>
        <RoleSelect member={member} />
      </Cell>
      <Cell className="whitespace-nowrap">
        {member.disabled ? <Badge tone="bad">{t.account.disabled}</Badge> : t.account.active}
        {member.hasPassword ? null : <span className="block text-dim">{t.account.noPasswordYet}</span>}
      </Cell>
      <Cell className="whitespace-nowrap">
        {member.lastSeenAt === null ? (
          <span className="text-dim">{t.account.never}</span>
        ) : (
          <span title={instantText(member.lastSeenAt)}>{dayText(member.lastSeenAt)}</span>
        )}
      </Cell>
      <ActionsCell>
        <Button size="sm" aria-label={t.account.manageOf(member.email)} onClick={() => setManaging(true)}>
          {t.account.manage}
        </Button>
        <ManageMemberDialog member={member} open={managing} onOpenChange={setManaging} />
      </ActionsCell>
    </tr>
  )
}

function RoleSelect({ member }: { member: MemberLine }) {
  const router = useRouter()
  const [busy, setBusy] = useState(false)
  const change = async (role: RoleName) => {
    setBusy(true)
    const reply = await ask('PATCH', `/api/v1/members/${member.userId}`, { role })
    setBusy(false)
    if (reply.ok) toast.success(t.account.roleChanged(member.email, t.account.roles[role]))
    else toast.error(reply.why)
    router.refresh()
  }
  return (
    <Select
      aria-label={t.account.roleOf(member.email)}
      value={member.role}
      disabled={busy}
      title={t.account.roleRights[member.role]}
      className="h-8 w-40 text-sm"
      onChange={(event) => {
        const role = ROLE_NAMES.find((name) => name === event.currentTarget.value)
        if (role !== undefined) void change(role)
      }}
    >
      {ROLE_NAMES.map((role) => (
        <option key={role} value={role}>
          {t.account.roles[role]}
        </option>
      ))}
    </Select>
  )
}
