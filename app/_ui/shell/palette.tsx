'use client'
import { Command } from 'cmdk'
import type { LucideIcon } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { Dialog } from 'radix-ui'
import { monthName } from '../../../lib/core/report/format'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'

/** Names the palette can go to beside the pages. */
export interface PaletteTargets {
  readonly models: readonly string[]
  readonly hosts: readonly string[]
  readonly projects: readonly string[]
  /** Months with a bill, newest first. */
  readonly months: readonly string[]
}

const item =
  'flex cursor-pointer items-center gap-2.5 rounded-md px-2 py-1.5 text-base text-ink data-[selected=true]:bg-soft'
const heading =
  '[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-dim'

/** ⌘K: go to a page, a model, a host, a project or a bill by name. */
export function Palette({
  open,
  onOpenChange,
  places,
  targets,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
  places: readonly { readonly href: string; readonly label: string; readonly icon: LucideIcon }[]
  targets: PaletteTargets
}) {
  const router = useRouter()
  const go = (href: string) => {
    onOpenChange(false)
    router.push(href)
  }
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed top-[14vh] left-1/2 z-50 w-[min(34rem,calc(100vw-2rem))] -translate-x-1/2 overflow-hidden rounded-md border border-line bg-panel"
        >
          <Dialog.Title className="sr-only">{t.shell.paletteOpen}</Dialog.Title>
          <Command label={t.shell.paletteOpen}>
            <Command.Input
              placeholder={t.shell.paletteHint}
              className="h-11 w-full border-b border-line bg-transparent px-4 text-base outline-none placeholder:text-dim"
            />
            <Command.List className="max-h-[50vh] overflow-y-auto p-2">
              <Command.Empty className="px-2 py-6 text-center text-dim">{t.shell.paletteNothing}</Command.Empty>
              <Command.Group heading={t.shell.palettePages} className={heading}>
                {places.map((place) => (
                  <Command.Item key={place.href} value={place.label} onSelect={() => go(place.href)} className={item}>
                    <place.icon aria-hidden className="size-4 text-dim" />
                    {place.label}
                  </Command.Item>
                ))}
              </Command.Group>
              <Names heading={t.shell.paletteModels} names={targets.models} kind="model" go={go} />
              <Names heading={t.shell.paletteHosts} names={targets.hosts} kind="host" go={go} />
              <Names heading={t.shell.paletteProjects} names={targets.projects} kind="project" go={go} />
              <Names heading={t.shell.bills} names={targets.months} kind="bill" go={go} />
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Names({
  heading: title,
  names,
  kind,
  go,
}: {
  heading: string
  names: readonly string[]
  kind: 'model' | 'host' | 'project' | 'bill'
  go: (href: string) => void
}) {
  if (names.length === 0) return null
  return (
    <Command.Group heading={title} className={heading}>
      {names.map((name) => (
        <Command.Item
          key={name}
          value={`${kind} ${name} ${shown(kind, name)}`}
          onSelect={() => go(kind === 'bill' ? `/bills/${name}` : `/calls?${new URLSearchParams({ [kind]: name })}`)}
          className={item}
        >
          {shown(kind, name)}
        </Command.Item>
      ))}
    </Command.Group>
  )
}

function shown(kind: 'model' | 'host' | 'project' | 'bill', name: string): string {
  if (kind === 'bill') return monthName(name)
  return kind === 'host' ? hostName(name) : name
}
