'use client'
import { Check, ChevronsUpDown } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useWorkspaceSwitch } from '../auth/use-workspace-switch'
import { t } from '../messages/en'

export interface WorkspaceChoice {
  readonly id: number
  readonly name: string
  readonly isSample: boolean
  readonly isHere: boolean
}

/**
 * The same page in another workspace. What the address narrows the page to (a project, a single import) belongs to the
 * workspace one leaves; the period and the pages of the public price book do not.
 */
function addressThere(path: string, query: string): string {
  const page = path.startsWith('/imports/') ? '/imports' : path
  const before = new URLSearchParams(query)
  const kept = new URLSearchParams()
  const period = before.get('period')
  if (period !== null) kept.set('period', period)
  const text = kept.toString()
  return text === '' ? page : `${page}?${text}`
}

/** A menu of the workspaces one belongs to, the present one checked. */
export function WorkspaceSwitcher({ here, choices }: { here: WorkspaceChoice; choices: readonly WorkspaceChoice[] }) {
  const { movingTo, move } = useWorkspaceSwitch()
  const choose = (value: string) => {
    const chosen = choices.find((one) => String(one.id) === value)
    if (chosen === undefined || chosen.isHere) return
    void move(chosen.id, addressThere(window.location.pathname, window.location.search))
  }
  return (
    // Not modal and not in a portal: the page stays readable, and the menu stays in the landmark of its button.
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        disabled={movingTo !== null}
        aria-busy={movingTo !== null || undefined}
        title={here.isSample ? t.shell.sampleExplained : undefined}
        className="mt-1 flex min-h-8 w-full items-center gap-1.5 rounded-md px-2 py-1 text-left text-sm text-dim hover:bg-soft hover:text-ink disabled:opacity-55 data-[state=open]:bg-soft data-[state=open]:text-ink"
      >
        <span className="sr-only">{t.shell.workspace}</span>
        <span className="min-w-0 flex-1">
          <span className="block truncate">{here.name}</span>
          {here.isSample ? <span className="block text-xs">{t.shell.sampleData}</span> : null}
        </span>
        <ChevronsUpDown aria-hidden className="size-3.5 shrink-0" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Content
        align="start"
        sideOffset={4}
        collisionPadding={12}
        className="z-50 max-h-[var(--radix-dropdown-menu-content-available-height)] w-64 max-w-[calc(100vw-1.5rem)] overflow-y-auto rounded-md border border-line bg-panel p-1"
      >
        <DropdownMenu.Label className="px-2 pt-1 pb-1.5 text-xs text-dim">{t.shell.workspaces}</DropdownMenu.Label>
        <DropdownMenu.RadioGroup value={String(here.id)} onValueChange={choose}>
          {choices.map((one) => (
            <DropdownMenu.RadioItem
              key={one.id}
              value={String(one.id)}
              textValue={one.name}
              className="flex cursor-pointer items-center gap-2 rounded-md px-2 py-1.5 text-base text-ink outline-none data-[highlighted]:bg-soft"
            >
              <span className="grid size-4 shrink-0 place-items-center">
                <DropdownMenu.ItemIndicator>
                  <Check aria-hidden className="size-4" />
                </DropdownMenu.ItemIndicator>
              </span>
              <span className="min-w-0 flex-1 break-words">{one.name}</span>
              {one.isSample ? <span className="shrink-0 text-xs text-dim">{t.shell.sampleData}</span> : null}
            </DropdownMenu.RadioItem>
          ))}
        </DropdownMenu.RadioGroup>
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  )
}
