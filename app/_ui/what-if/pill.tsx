'use client'
import type { ReactNode } from 'react'
import { cn } from '../kit/class-name'

export const pillClass =
  'max-w-full cursor-pointer appearance-none rounded-md bg-accent-soft px-2 py-0.5 font-semibold text-accent [field-sizing:content] hover:underline'

export interface PillOption {
  readonly value: string
  readonly label: string
}

/** Writes parameters of the address; null takes one away. `replace` is for what follows a hand on a slider. */
export type SetParams = (change: Readonly<Record<string, string | null>>, how?: 'push' | 'replace') => void

/** The platform's own select, looking like a part of the sentence. */
export function Pill({
  label,
  value,
  options,
  onChange,
  className,
}: {
  label: string
  value: string
  options: readonly PillOption[]
  onChange: (value: string) => void
  className?: string
}): ReactNode {
  const known = options.some((option) => option.value === value)
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      className={cn(pillClass, className)}
    >
      {known ? null : <option value={value}>{value.replace(/^=/, '')}</option>}
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  )
}
