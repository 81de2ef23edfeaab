'use client'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { dayText, instantText } from '../../../lib/core/report/format'
import { Button } from '../kit/button'
import { ActionsCell, ActionsHeadCell, Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { ConfirmDialog } from '../kit/dialog'
import { Panel } from '../kit/panel'
import { EmptyState } from '../kit/states'
import { toast } from '../kit/toast'
import { t } from '../messages/en'
import { NewTokenDialog } from './new-token-dialog'
import { ask } from './request'

export interface TokenLine {
  readonly id: string
  readonly name: string
  readonly prefix: string
  readonly scopes: readonly string[]
  /** Null for a token made on the command line. */
  readonly owner: string | null
  readonly createdAt: string
  readonly lastUsedAt: string | null
  readonly expiresAt: string | null
}

/**
 * @param origin where this server is reached, for the commands to copy
 * @param scopes those this person may give
 */
export function TokensScreen({
  tokens,
  origin,
  scopes,
}: {
  tokens: readonly TokenLine[]
  origin: string
  scopes: readonly (keyof typeof t.account.scopes)[]
}) {
  const [making, setMaking] = useState(false)
  const button = (
    <Button tone="primary" onClick={() => setMaking(true)}>
      {t.account.newToken}
    </Button>
  )
  return (
    <>
      {tokens.length === 0 ? (
        <EmptyState title={t.account.tokensEmpty} action={button}>
          {t.account.tokensEmptyText}
        </EmptyState>
      ) : (
        <Panel title={t.account.tabs.tokens} actions={button}>
          <TokenTable tokens={tokens} />
        </Panel>
      )}
      <NewTokenDialog open={making} onOpenChange={setMaking} origin={origin} scopes={scopes} />
    </>
  )
}

function TokenTable({ tokens }: { tokens: readonly TokenLine[] }) {
  return (
    <DataTable caption={t.account.tabs.tokens}>
      <thead>
        <tr>
          <HeadCell>{t.account.tokenColumn}</HeadCell>
          <HeadCell>{t.account.scopesColumn}</HeadCell>
          <HeadCell>{t.account.owner}</HeadCell>
          <HeadCell>{t.account.created}</HeadCell>
          <HeadCell>{t.account.lastUsed}</HeadCell>
          <HeadCell>{t.account.expires}</HeadCell>
          <ActionsHeadCell>{t.account.actions}</ActionsHeadCell>
        </tr>
      </thead>
      <tbody>
        {tokens.map((token) => (
          <tr key={token.id}>
            <RowHead>
              <span className="font-medium break-words">{token.name}</span>
              <code className="block font-mono text-xs text-dim">{token.prefix}…</code>
            </RowHead>
            <Cell>{token.scopes.join(', ')}</Cell>
            <Cell>{token.owner ?? <span className="text-dim">{t.account.commandLine}</span>}</Cell>
            <Cell className="whitespace-nowrap">
              <span title={instantText(token.createdAt)}>{dayText(token.createdAt)}</span>
            </Cell>
            <Cell className="whitespace-nowrap">
              {token.lastUsedAt === null ? (
                <span className="text-dim">{t.account.never}</span>
              ) : (
                <span title={instantText(token.lastUsedAt)}>{dayText(token.lastUsedAt)}</span>
              )}
            </Cell>
            <Cell className="whitespace-nowrap">
              {token.expiresAt === null ? (
                <span className="text-dim">{t.account.never}</span>
              ) : (
                <span title={instantText(token.expiresAt)}>{dayText(token.expiresAt)}</span>
              )}
            </Cell>
            <ActionsCell>
              <RevokeButton token={token} />
            </ActionsCell>
          </tr>
        ))}
      </tbody>
    </DataTable>
  )
}

function RevokeButton({ token }: { token: TokenLine }) {
  const router = useRouter()
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const revoke = async () => {
    setBusy(true)
    const reply = await ask('DELETE', `/api/v1/tokens/${token.id}`)
    setBusy(false)
    setWhy(reply.ok ? null : reply.why)
    if (!reply.ok) return
    setOpen(false)
    toast.success(t.account.revoked(token.name))
    router.refresh()
  }
  return (
    <>
      <Button size="sm" aria-label={t.account.revokeOf(token.name)} onClick={() => setOpen(true)}>
        {t.account.revoke}
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={t.account.revokeTitle(token.name)}
        description={t.account.revokeText}
        confirmLabel={t.account.revoke}
        busy={busy}
        error={why}
        onConfirm={() => void revoke()}
      />
    </>
  )
}
