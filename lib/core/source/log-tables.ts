/**
 * Tables as query services answer them: columns named once, rows of cells. Azure Monitor's Log Analytics writes
 * {tables:[{name,columns:[{name,type}],rows:[[…]]}]}, in its first version with capitals; CloudWatch Logs Insights writes
 * each row as a list of {field,value}.
 */
import { textOrNull } from './build-record'
import { isObject, type JsonObject, type JsonValue } from './json'

/** The rows of a table, or of the tables of an answer, as objects; null for what is neither. */
export function rowsOfTables(value: unknown): readonly JsonObject[] | null {
  if (!isObject(value)) return null
  const tables = value.tables ?? value.Tables
  if (Array.isArray(tables)) {
    const read = tables.map(rowsOfTables)
    return read.some((rows) => rows === null) ? null : read.flatMap((rows) => rows ?? [])
  }
  const columns = value.columns ?? value.Columns
  const rows = value.rows ?? value.Rows
  if (!Array.isArray(columns) || !Array.isArray(rows)) return null
  const names = columns.map((column) =>
    isObject(column) ? textOrNull(column.name ?? column.ColumnName ?? column.Name) : textOrNull(column),
  )
  if (names.some((name) => name === null)) return null
  return rows.map((cells) => objectOfCells(names as readonly string[], Array.isArray(cells) ? cells : []))
}

function objectOfCells(names: readonly string[], cells: readonly JsonValue[]): JsonObject {
  return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? null]))
}

/** A row of Logs Insights as an object; null for anything else. */
export function rowOfFields(value: unknown): JsonObject | null {
  if (!Array.isArray(value) || value.length === 0) return null
  const fields: [string, JsonValue][] = []
  for (const part of value as readonly unknown[]) {
    if (!isObject(part) || typeof part.field !== 'string') return null
    fields.push([part.field, part.value ?? null])
  }
  return Object.fromEntries(fields)
}
