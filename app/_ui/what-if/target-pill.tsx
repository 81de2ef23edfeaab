'use client'
import type { HostedChoice } from '../../../lib/core/report/what-if-question'
import { t } from '../messages/en'
import { pillClass } from './pill'

/** A model of a host, the models of each host together. */
export function TargetPill({
  label,
  value,
  targets,
  none,
  onChange,
}: {
  label: string
  value: string
  targets: readonly HostedChoice[]
  /** What an empty value means, where it is a choice. */
  none?: string
  onChange: (target: string) => void
}) {
  const hosts = [...new Map(targets.map((target) => [target.host, target.title]))]
  const known = value === '' || targets.some((target) => `${target.host}/${target.model}` === value)
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      className={pillClass}
    >
      {none === undefined ? null : <option value="">{none}</option>}
      {known ? null : <option value={value}>{value}</option>}
      {hosts.map(([host, title]) => (
        <optgroup key={host} label={title}>
          {targets
            .filter((target) => target.host === host)
            .map((target) => (
              <option key={target.model} value={`${host}/${target.model}`}>
                {target.sold ? target.model : t.whatIf.history(target.model)}
              </option>
            ))}
        </optgroup>
      ))}
    </select>
  )
}
