/** Where alerts are sent: added by an administrator, tried, and removed. Addresses and secrets are never read back. */
import 'server-only'
import { randomBytes, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { type ChannelSecret, sealedPlace, sendAlert } from '../alert-sender'
import { authorise, type Principal } from '../auth/principal'
import { seal } from '../auth/seal'
import { CHANNEL_KINDS, findChannel, insertChannel, removeChannel } from '../db/alert-channel'
import { writeAudit } from '../db/audit'
import { inTransaction, pool } from '../db/pool'
import { env } from '../env'
import { AppError } from '../errors'
import { whyRefused } from '../outbound'

export const addChannelInput = z.strictObject({
  kind: z.enum(CHANNEL_KINDS),
  /** Address of the webhook, or an e-mail address. */
  target: z.string().trim().min(3).max(2_000),
})

/** The secret of a webhook's signature is shown this once. */
export async function addAlertChannel(
  principal: Principal,
  input: z.output<typeof addChannelInput>,
): Promise<{ readonly id: string; readonly secret: string | null }> {
  authorise(principal, 'channels.manage')
  const shown = input.kind === 'email' ? mailAddress(input.target) : hostOf(input.target)
  const id = randomUUID()
  const secret = input.kind === 'webhook' ? `whsec_${randomBytes(24).toString('base64url')}` : ''
  const text = JSON.stringify({ target: input.target, secret } satisfies ChannelSecret)
  const sealed = await seal(text, sealedPlace(principal.workspaceId, id))
  await inTransaction(async (connection) => {
    await insertChannel(connection, principal.workspaceId, { id, kind: input.kind, shown, sealed }, principal.actor)
    await writeAudit(connection, principal, 'alert_channel.add', `${input.kind} ${shown}`, { id })
  })
  return { id, secret: secret === '' ? null : secret }
}

function hostOf(target: string): string {
  const why = whyRefused(target)
  if (why === null) return new URL(target).host
  throw new AppError('UNPROCESSABLE', `Alerts cannot be sent to this address. ${why}`, {
    reason: 'ADDRESS_REFUSED',
    remedy: 'An operator may open an address of the own network with TOKENTAB_OUTBOUND_ALLOW.',
  })
}

function mailAddress(target: string): string {
  if (!z.email().safeParse(target).success) {
    throw new AppError('UNPROCESSABLE', 'This is not an e-mail address.', { reason: 'ADDRESS_REFUSED' })
  }
  const { TOKENTAB_SMTP_URL, TOKENTAB_SMTP_FROM } = env()
  if (TOKENTAB_SMTP_URL !== undefined && TOKENTAB_SMTP_FROM !== undefined) return target
  throw new AppError('UNPROCESSABLE', 'This server has no mail settings.', {
    reason: 'NO_MAIL_SETTINGS',
    remedy: 'An operator sets TOKENTAB_SMTP_URL and TOKENTAB_SMTP_FROM.',
  })
}

export async function endAlertChannel(principal: Principal, id: string): Promise<void> {
  authorise(principal, 'channels.manage')
  await inTransaction(async (connection) => {
    const channel = await findChannel(connection, principal.workspaceId, channelId(id))
    if (channel === null || !(await removeChannel(connection, principal.workspaceId, channel.id))) throw noChannel()
    await writeAudit(connection, principal, 'alert_channel.remove', `${channel.kind} ${channel.shown}`, { id })
  })
}

/** Sends one message now; answers why it did not arrive, or null. */
export async function tryAlertChannel(principal: Principal, id: string): Promise<{ readonly problem: string | null }> {
  authorise(principal, 'channels.manage')
  const channel = await findChannel(pool(), principal.workspaceId, channelId(id))
  if (channel === null) throw noChannel()
  const sent = await sendAlert({ id: principal.workspaceId, name: principal.workspaceName }, channel, {
    id: `test-${randomUUID()}`,
    at: new Date(Date.now()),
    budgetId: 0,
    month: new Date(Date.now()).toISOString().slice(0, 7),
    kind: 'test',
    detail: { budget: '', amount: '0', spent: '0' },
  })
  await writeAudit(pool(), principal, 'alert_channel.test', `${channel.kind} ${channel.shown}`, { id, ok: sent.ok })
  return { problem: sent.ok ? null : sent.problem }
}

function channelId(text: string): string {
  if (!z.uuid().safeParse(text).success) throw noChannel()
  return text
}

const noChannel = () => new AppError('NOT_FOUND', 'There is no such channel.')
