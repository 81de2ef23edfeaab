/** Sends one alert to one channel: a signed webhook, a Slack-compatible message, or an e-mail. */
import 'server-only'
import { createHmac } from 'node:crypto'
import { createTransport } from 'nodemailer'
import { type AlertDetail, type AlertKind, alertWords } from '../core/report/budget'
import { isoOf } from '../core/time/instant'
import { unseal } from './auth/seal'
import type { SealedChannel } from './db/alert-channel'
import { env } from './env'
import { postOutbound, type Sent } from './outbound'

/** What a channel's sealed text holds. */
export interface ChannelSecret {
  /** Address of the webhook, or the e-mail address. */
  readonly target: string
  /** Key of the signature; empty for the other kinds. */
  readonly secret: string
}

export interface SentAlert {
  readonly id: string
  readonly at: Date
  readonly budgetId: number
  readonly month: string
  readonly kind: AlertKind | 'test'
  readonly detail: AlertDetail
}

export const sealedPlace = (workspaceId: number, channelId: string): string =>
  `alert_channel ${workspaceId} ${channelId}`

export async function sendAlert(
  workspace: { readonly id: number; readonly name: string },
  channel: SealedChannel,
  alert: SentAlert,
): Promise<Sent> {
  const { target, secret } = JSON.parse(
    await unseal(channel.sealed, sealedPlace(workspace.id, channel.id)),
  ) as ChannelSecret
  const words =
    alert.kind === 'test'
      ? { title: 'Test of an alert channel', text: 'Alerts of this workspace will arrive here.' }
      : alertWords(alert.kind, alert.month, alert.detail)
  const link = linkTo()
  if (channel.kind === 'email') return await sendMail(target, workspace.name, words, link)
  if (channel.kind === 'slack') {
    const lines = [
      `*${plain(words.title)}*`,
      plain(words.text),
      plain(workspace.name),
      ...(link === null ? [] : [link]),
    ]
    return await postOutbound(target, JSON.stringify({ text: lines.join('\n') }), {
      'content-type': 'application/json',
    })
  }
  const body = JSON.stringify({
    id: alert.id,
    type: `budget.${alert.kind}`,
    at: isoOf(alert.at.getTime()),
    workspace: workspace.name,
    budget_id: alert.budgetId,
    month: alert.month,
    ...words,
    detail: alert.detail,
    link,
  })
  return await postOutbound(target, body, {
    'content-type': 'application/json',
    ...signatureOf(secret, body, Math.floor(Date.now() / 1000)),
  })
}

/**
 * Whoever receives it computes HMAC-SHA-256 of "timestamp.body" with the shared secret and compares, and refuses a timestamp
 * that is old: then a copy sent later is of no use.
 */
export function signatureOf(secret: string, body: string, timestampSeconds: number): Record<string, string> {
  const digest = createHmac('sha256', secret).update(`${timestampSeconds}.${body}`).digest('hex')
  return { 'x-tokentab-timestamp': String(timestampSeconds), 'x-tokentab-signature': `v1=${digest}` }
}

function linkTo(): string | null {
  const base = env().TOKENTAB_PUBLIC_URL
  return base === undefined ? null : new URL('/budgets', base).href
}

/** Names come from usage logs: in Slack's markup they must not become links or mentions. */
const plain = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

async function sendMail(
  to: string,
  workspace: string,
  words: { readonly title: string; readonly text: string },
  link: string | null,
): Promise<Sent> {
  const { TOKENTAB_SMTP_URL, TOKENTAB_SMTP_FROM } = env()
  if (TOKENTAB_SMTP_URL === undefined || TOKENTAB_SMTP_FROM === undefined) {
    return { ok: false, problem: 'This server has no mail settings: TOKENTAB_SMTP_URL and TOKENTAB_SMTP_FROM.' }
  }
  const limits = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 }
  const transport = createTransport({
    url: TOKENTAB_SMTP_URL,
    ...limits,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const oneLine = (text: string) => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').slice(0, 200)
  try {
    await transport.sendMail({
      from: TOKENTAB_SMTP_FROM,
      to,
      subject: oneLine(`${words.title} (${workspace})`),
      text: [words.text, '', `Workspace: ${workspace}`, ...(link === null ? [] : [link]), ''].join('\n'),
    })
    return { ok: true }
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : 'The mail server refused it.' }
  } finally {
    transport.close()
  }
}
