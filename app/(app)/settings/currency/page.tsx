import type { Metadata } from 'next'
import { requirePagePrincipal } from '../../../../lib/server/auth/page'
import { grantOf } from '../../../../lib/server/auth/principal'
import { listExchangeRates, readDisplayCurrency } from '../../../../lib/server/read/exchange'
import { SettingsFrame } from '../../../_ui/auth/settings-frame'
import { CurrencyScreen } from '../../../_ui/currency/currency-screen'
import { t } from '../../../_ui/messages/en'

export const metadata: Metadata = { title: t.account.tabs.currency }

export default async function CurrencySettingsPage() {
  const principal = await requirePagePrincipal('/settings/currency')
  const currency = await readDisplayCurrency(principal)
  const rates = currency === 'USD' ? [] : await listExchangeRates(principal, { currency })
  return (
    <SettingsFrame tab="currency" sentence={t.currency.sentence(currency)} context={t.currency.context}>
      <CurrencyScreen currency={currency} rates={rates} canWrite={grantOf(principal, 'prices.write') === 'all'} />
    </SettingsFrame>
  )
}
