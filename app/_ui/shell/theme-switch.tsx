'use client'
import { useTheme } from 'next-themes'
import { useSyncExternalStore } from 'react'
import { SegmentedButtons } from '../kit/segmented-control'
import { t } from '../messages/en'

const THEMES = ['system', 'light', 'dark'] as const
type Theme = (typeof THEMES)[number]
const LABELS: Record<Theme, string> = {
  system: t.shell.themeSystem,
  light: t.shell.themeLight,
  dark: t.shell.themeDark,
}

const never = () => () => {}

/** System, light or dark. The server does not know the choice, so it is drawn once the browser has it. */
export function ThemeSwitch() {
  const { theme, setTheme } = useTheme()
  const inBrowser = useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
  const value: Theme = inBrowser ? (THEMES.find((name) => name === theme) ?? 'system') : 'system'
  return (
    <SegmentedButtons
      label={t.shell.theme}
      value={value}
      options={THEMES.map((name) => ({ value: name, label: LABELS[name] }))}
      onChange={setTheme}
      className="[&_button]:flex-1 [&_button]:justify-center [&_button]:px-1.5"
    />
  )
}
