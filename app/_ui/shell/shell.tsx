'use client'
import {
  Calculator,
  ChartColumnStacked,
  Compass,
  Gauge,
  LogOut,
  type LucideIcon,
  Menu,
  ReceiptText,
  Search,
  Settings,
  Table2,
  Tags,
  Upload,
  Waypoints,
  X,
} from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { signOut } from 'next-auth/react'
import { Dialog } from 'radix-ui'
import { type ReactNode, useEffect, useState } from 'react'
import { Button } from '../kit/button'
import { cn } from '../kit/class-name'
import { t } from '../messages/en'
import { Palette, type PaletteTargets } from './palette'
import { ThemeSwitch } from './theme-switch'
import { type WorkspaceChoice, WorkspaceSwitcher } from './workspace-switcher'

export interface ShellProps {
  readonly workspaceName: string
  readonly isSample: boolean
  /** Those one belongs to; a menu when there is more than this one. */
  readonly workspaces: readonly WorkspaceChoice[]
  readonly signedInAs: string
  /** Models without a rate, shown beside Rates. */
  readonly unpricedModels: number
  /** Budget alerts this person has not seen, shown beside Budgets. */
  readonly unseenAlerts: number
  readonly targets: PaletteTargets
}

interface Place {
  readonly href: string
  readonly label: string
  readonly icon: LucideIcon
}

const FIRST: readonly Place[] = [
  { href: '/', label: t.shell.overview, icon: ChartColumnStacked },
  { href: '/bills', label: t.shell.bills, icon: ReceiptText },
  { href: '/budgets', label: t.shell.budgets, icon: Gauge },
  { href: '/explore', label: t.shell.explore, icon: Table2 },
  { href: '/calls', label: t.shell.calls, icon: Waypoints },
  { href: '/imports', label: t.shell.imports, icon: Upload },
  { href: '/what-if', label: t.shell.whatIf, icon: Calculator },
  { href: '/advisor', label: t.shell.advisor, icon: Compass },
]
const SECOND: readonly Place[] = [
  { href: '/rates', label: t.shell.rates, icon: Tags },
  { href: '/settings', label: t.shell.settings, icon: Settings },
]

/** The frame of every signed-in screen: a rail with words; on a narrow screen a bar with a menu button. */
export function Shell({ children, ...props }: ShellProps & { children: ReactNode }) {
  const [paletteOpen, setPaletteOpen] = useState(false)
  const path = usePathname()
  // The menu belongs to the page it was opened on: going elsewhere closes it.
  const [menuOpenOn, setMenuOpenOn] = useState<string | null>(null)
  const menuOpen = menuOpenOn === path
  const setMenuOpen = (open: boolean) => setMenuOpenOn(open ? path : null)

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        setPaletteOpen((open) => !open)
      }
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])

  const openPalette = () => {
    setMenuOpen(false)
    setPaletteOpen(true)
  }
  return (
    <div className="min-h-dvh lg:grid print:block lg:grid-cols-[12.5rem_minmax(0,1fr)]">
      <a
        href="#content"
        className="absolute top-2 left-2 z-50 -translate-y-20 rounded-md bg-ink px-3 py-1.5 text-sm text-paper focus:translate-y-0"
      >
        {t.shell.skip}
      </a>
      <aside className="sticky top-0 z-20 hidden h-dvh flex-col border-r border-line px-3 py-4 lg:flex print:hidden">
        <Rail {...props} path={path} onPalette={openPalette} />
      </aside>
      <header className="sticky top-0 z-20 flex items-center justify-between border-b border-line bg-paper px-4 py-2 lg:hidden print:hidden">
        <Brand>
          <WorkspaceName workspaceName={props.workspaceName} isSample={props.isSample} />
        </Brand>
        <Dialog.Root open={menuOpen} onOpenChange={setMenuOpen}>
          <Dialog.Trigger asChild>
            <Button aria-label={t.shell.openMenu}>
              <Menu aria-hidden />
              {t.shell.menu}
            </Button>
          </Dialog.Trigger>
          <Dialog.Portal>
            <Dialog.Overlay className="fixed inset-0 z-30 bg-black/40" />
            <Dialog.Content
              aria-describedby={undefined}
              className="fixed inset-y-0 left-0 z-40 flex w-64 flex-col border-r border-line bg-paper px-3 py-4"
            >
              <Dialog.Title className="sr-only">{t.shell.menu}</Dialog.Title>
              <Dialog.Close asChild>
                <Button tone="quiet" size="icon" aria-label={t.shell.closeMenu} className="absolute top-3 right-3">
                  <X aria-hidden />
                </Button>
              </Dialog.Close>
              <Rail {...props} path={path} onPalette={openPalette} />
            </Dialog.Content>
          </Dialog.Portal>
        </Dialog.Root>
      </header>
      <main id="content" tabIndex={-1} className="min-w-0 px-4 py-4 outline-none sm:px-7.5">
        {children}
      </main>
      <Palette
        open={paletteOpen}
        onOpenChange={setPaletteOpen}
        targets={props.targets}
        places={[...FIRST, ...SECOND]}
      />
    </div>
  )
}

function Brand({ children }: { children?: ReactNode }) {
  return (
    <div className="min-w-0 px-2">
      <Link href="/" className="flex items-center gap-2 text-lg font-semibold">
        <span aria-hidden className="grid size-4.5 place-items-center rounded-[4px] bg-ink">
          <span className="h-0.5 w-2.5 bg-paper" />
        </span>
        {t.product.name}
      </Link>
      {children}
    </div>
  )
}

function WorkspaceName({ workspaceName, isSample }: Pick<ShellProps, 'workspaceName' | 'isSample'>) {
  return (
    <p className="truncate text-sm text-dim" title={isSample ? t.shell.sampleExplained : undefined}>
      {workspaceName}
      {isSample ? ` · ${t.shell.sampleData}` : ''}
    </p>
  )
}

function Rail({ path, onPalette, ...props }: ShellProps & { path: string; onPalette: () => void }) {
  const here = props.workspaces.find((one) => one.isHere)
  return (
    <>
      {here === undefined || props.workspaces.length < 2 ? (
        <Brand>
          <WorkspaceName workspaceName={props.workspaceName} isSample={props.isSample} />
        </Brand>
      ) : (
        <>
          <Brand />
          <WorkspaceSwitcher here={here} choices={props.workspaces} />
        </>
      )}
      <nav aria-label={t.shell.navigation} className="mt-4 flex flex-col gap-0.5">
        {FIRST.map((place) => (
          <RailLink key={place.href} place={place} path={path}>
            {place.href === '/budgets' && props.unseenAlerts > 0 ? (
              <span className="ml-auto text-xs font-medium text-accent">
                <span aria-hidden>{props.unseenAlerts}</span>
                <span className="sr-only">{t.budgets.unseen(props.unseenAlerts)}</span>
              </span>
            ) : null}
          </RailLink>
        ))}
        <hr className="mx-2 my-2" />
        {SECOND.map((place) => (
          <RailLink key={place.href} place={place} path={path}>
            {place.href === '/rates' && props.unpricedModels > 0 ? (
              <span className="ml-auto text-xs font-medium text-warn">
                <span aria-hidden>{props.unpricedModels}</span>
                <span className="sr-only">{t.shell.unpricedModels(props.unpricedModels)}</span>
              </span>
            ) : null}
          </RailLink>
        ))}
      </nav>
      <div className="mt-auto flex flex-col gap-2 pt-4">
        <Button tone="plain" className="justify-start text-dim" onClick={onPalette}>
          <Search aria-hidden />
          {t.shell.palette}
          <kbd className="ml-auto font-sans text-xs">⌘K</kbd>
        </Button>
        <ThemeSwitch />
        <div className="px-2 pt-1 text-xs text-dim">
          <span className="sr-only">{t.shell.signedInAs} </span>
          <span className="block truncate" title={props.signedInAs}>
            {props.signedInAs}
          </span>
        </div>
        <Button tone="quiet" className="justify-start" onClick={() => void signOut({ callbackUrl: '/sign-in' })}>
          <LogOut aria-hidden />
          {t.shell.signOut}
        </Button>
      </div>
    </>
  )
}

function RailLink({ place, path, children }: { place: Place; path: string; children?: ReactNode }) {
  const current = place.href === '/' ? path === '/' : path === place.href || path.startsWith(`${place.href}/`)
  return (
    <Link
      href={place.href}
      aria-current={current ? 'page' : undefined}
      className={cn(
        'flex h-8 items-center gap-2.5 rounded-md px-2 text-base text-dim hover:bg-soft hover:text-ink',
        current && 'bg-soft font-medium text-ink',
      )}
    >
      <place.icon aria-hidden className="size-4" />
      {place.label}
      {children}
    </Link>
  )
}
