/**
 * Writes a book file with one name list and one price block per line, so that a change of one figure is a change of
 * one line.
 */
import type { BookFileJson, ModelRow } from './shape'

export function bookFileText(file: BookFileJson): string {
  const { models, multipliers, ...head } = file
  const lines = ['{']
  for (const [key, value] of Object.entries(head)) lines.push(`  ${JSON.stringify(key)}: ${JSON.stringify(value)},`)
  lines.push('  "models": [')
  models.forEach((model, index) => {
    lines.push(...modelLines(model, index === models.length - 1))
  })
  lines.push(multipliers === undefined || multipliers.length === 0 ? '  ]' : '  ],')
  if (multipliers !== undefined && multipliers.length > 0) {
    lines.push('  "multipliers": [', ...joined(multipliers, '    '), '  ]')
  }
  return `${[...lines, '}'].join('\n')}\n`
}

function modelLines(model: ModelRow, last: boolean): string[] {
  const { prices, ...head } = model
  const headText = JSON.stringify(head).slice(0, -1)
  if (prices.length === 0) return [`    ${headText},"prices":[]}${last ? '' : ','}`]
  return [`    ${headText},"prices":[`, ...joined(prices, '      '), `    ]}${last ? '' : ','}`]
}

function joined(rows: readonly unknown[], indent: string): string[] {
  return rows.map((row, index) => `${indent}${JSON.stringify(row)}${index === rows.length - 1 ? '' : ','}`)
}
