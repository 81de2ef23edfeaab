import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { connection } from 'next/server'
import { isSetUpOpen } from '../../../lib/server/use-case/set-up'
import { SetUpForm } from '../../_ui/auth/set-up-form'
import { t } from '../../_ui/messages/en'

export const metadata: Metadata = { title: t.account.setUpTitle, referrer: 'no-referrer' }

type Query = Readonly<Record<string, string | string[] | undefined>>

/** There until somebody has an account, and not found from then on. */
export default async function SetUpPage({ searchParams }: { searchParams: Promise<Query> }) {
  await connection()
  if (!(await isSetUpOpen())) notFound()
  const { code } = await searchParams
  return <SetUpForm code={typeof code === 'string' ? code : ''} />
}
