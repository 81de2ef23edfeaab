/**
 * Every word of the product. One file a part of the product; a screen takes its words from here and holds none itself, so
 * that a second language is a second catalogue of the same type.
 */
import { account } from './account'
import { advisor } from './advisor'
import { bills } from './bills'
import { budgets } from './budgets'
import { calls } from './calls'
import { change } from './change'
import { chargeback } from './chargeback'
import { connections } from './connections'
import { currency } from './currency'
import { explore } from './explore'
import { forecast } from './forecast'
import { imports } from './imports'
import { invoices } from './invoices'
import { mapping } from './mapping'
import { mix } from './mix'
import { overview } from './overview'
import { ownGpus } from './own-gpus'
import { rates } from './rates'
import { report } from './report'
import { reprice } from './reprice'
import { savings } from './savings'
import { kit, product, shell } from './shell'
import { sources } from './sources'
import { whatIf } from './what-if'

export const t = {
  product,
  shell,
  kit,
  overview,
  bills,
  budgets,
  change,
  chargeback,
  connections,
  currency,
  explore,
  forecast,
  imports,
  mapping,
  invoices,
  calls,
  rates,
  reprice,
  account,
  whatIf,
  ownGpus,
  advisor,
  mix,
  report,
  savings,
  sources,
} as const

export type Messages = typeof t
