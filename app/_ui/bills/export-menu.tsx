'use client'
import { Download } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { Button } from '../kit/button'
import { t } from '../messages/en'

const FILES = [
  { kind: 'pdf', label: t.bills.exportPdf, note: t.bills.exportPdfNote },
  { kind: 'csv', label: t.bills.exportCsv, note: t.bills.exportCsvNote },
  { kind: 'xlsx', label: t.bills.exportXlsx, note: t.bills.exportXlsxNote },
  { kind: 'focus.csv', label: t.bills.exportFocus, note: t.bills.exportFocusNote },
] as const

/** The bill as a file. */
export function ExportMenu({ month }: { month: string }) {
  return (
    // Not modal and not in a portal: the page stays readable, and the menu stays in the landmark of its button.
    <div className="relative">
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger asChild>
          <Button>
            <Download aria-hidden />
            {t.bills.export}
          </Button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={12}
          className="z-50 w-72 max-w-[calc(100vw-1.5rem)] rounded-md border border-line bg-panel p-1"
        >
          {FILES.map(({ kind, label, note }) => (
            <DropdownMenu.Item key={kind} asChild>
              <a
                href={`/api/v1/bills/${month}.${kind}`}
                download
                className="block rounded-md px-2 py-1.5 text-base text-ink outline-none data-[highlighted]:bg-soft"
              >
                {label}
                <span className="block text-sm text-dim">{note}</span>
              </a>
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Root>
    </div>
  )
}
