'use client'
import { FileText } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { ask, textOf } from '../auth/request'
import { Button } from '../kit/button'
import { t } from '../messages/en'

/** Freezes the question on the screen and opens the report. */
export function SaveReport({ scenario, other }: { scenario: object; other: object | null }) {
  const router = useRouter()
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const save = async () => {
    setBusy(true)
    const reply = await ask('POST', '/api/v1/reports', { scenario, other })
    setWhy(reply.ok ? null : reply.why)
    if (!reply.ok) setBusy(false)
    else router.push(`/what-if/reports/${textOf(reply.body, 'id')}`)
  }
  return (
    <>
      {why === null ? null : (
        <p role="alert" className="text-sm text-bad">
          {why}
        </p>
      )}
      <Button tone="primary" busy={busy} onClick={() => void save()}>
        <FileText aria-hidden />
        {busy ? t.report.saving : t.report.save}
      </Button>
    </>
  )
}
