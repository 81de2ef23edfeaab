/** Values inside a JSON record by dotted path, as text: how a mapping sees a record as a row. */
import { isObject, type JsonValue } from '../json'

const MAX_DEPTH = 5
const MAX_PATHS = 500

/** Paths of the plain values of a record, in their order; lists and what lies in them are left out. */
export function pathsOf(value: unknown): string[] {
  const paths: string[] = []
  const walk = (object: Readonly<Record<string, JsonValue>>, before: string, depth: number) => {
    for (const [name, inner] of Object.entries(object)) {
      if (paths.length >= MAX_PATHS) return
      if (isObject(inner)) {
        if (depth < MAX_DEPTH) walk(inner, `${before}${name}.`, depth + 1)
      } else if (!Array.isArray(inner)) paths.push(`${before}${name}`)
    }
  }
  if (isObject(value)) walk(value, '', 1)
  return paths
}

/** The plain value at a path as text; empty when there is none. Names may hold dots themselves. */
export function textAt(value: unknown, path: string): string {
  const found = valueAt(value, path)
  return found === null || found === undefined || typeof found === 'object' ? '' : String(found)
}

/** True when the record has something at the path. */
export function hasPath(value: unknown, path: string): boolean {
  return valueAt(value, path) !== undefined
}

function valueAt(value: unknown, path: string): JsonValue | undefined {
  if (!isObject(value)) return undefined
  if (Object.hasOwn(value, path)) return value[path]
  for (let dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
    const name = path.slice(0, dot)
    if (!Object.hasOwn(value, name)) continue
    const found = valueAt(value[name], path.slice(dot + 1))
    if (found !== undefined) return found
  }
  return undefined
}
