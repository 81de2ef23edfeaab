'use client'
import { Printer } from 'lucide-react'
import { Button } from '../kit/button'
import { t } from '../messages/en'

export function PrintButton() {
  return (
    <Button onClick={() => window.print()}>
      <Printer aria-hidden />
      {t.bills.print}
    </Button>
  )
}
