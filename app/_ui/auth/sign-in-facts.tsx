import { Badge } from '../kit/badge'
import { CodeLine } from '../kit/code-line'
import { Panel } from '../kit/panel'
import { t } from '../messages/en'

/** @param issuer null when single sign-on is off */
export function SignInFacts({ issuer, redirect }: { issuer: string | null; redirect: string }) {
  const variables = `TOKENTAB_OIDC_ISSUER=https://accounts.example.com\nTOKENTAB_OIDC_CLIENT_ID=tokentab\nTOKENTAB_OIDC_CLIENT_SECRET=…`
  return (
    <div className="flex flex-col gap-4">
      <Panel title={t.account.passwordPanel}>
        <p className="text-dim">{t.account.passwordFacts}</p>
      </Panel>
      <Panel
        title={t.account.oidcPanel}
        actions={issuer === null ? undefined : <Badge tone="good">{t.account.active}</Badge>}
      >
        <div className="flex flex-col gap-3">
          <p className="text-dim">{issuer === null ? t.account.oidcOff : t.account.oidcOn}</p>
          {issuer === null ? (
            <CodeLine code={variables} label={t.account.oidcVariables} />
          ) : (
            <p>
              <span className="text-dim">{t.account.oidcIssuer}: </span>
              <span className="break-all">{issuer}</span>
            </p>
          )}
          <p className="text-sm text-dim">{t.account.oidcRedirect}</p>
          <CodeLine code={redirect} label={t.account.oidcRedirect} />
        </div>
      </Panel>
    </div>
  )
}
