/** The beginning of a JSON value that goes on beyond it, as a value: enough to see what a file is whose first record is huge. */

const CLOSING: Readonly<Record<string, string>> = { '{': '}', '[': ']' }

/** The last value of a text cut after its last whole part, with its brackets closed; null when it is complete, or has none. */
export function closedJson(text: string): string | null {
  let start = -1
  let cut = -1
  let depth = 0
  for (const [at, mark] of marksOf(text, 0)) {
    if (mark === ',') cut = at
    else if (mark === '{' || mark === '[') {
      if (depth === 0) start = at
      depth += 1
    } else depth -= 1
  }
  if (depth <= 0 || cut < start) return null
  const open: string[] = []
  for (const [at, mark] of marksOf(text, start)) {
    if (at >= cut) break
    if (mark === '{' || mark === '[') open.push(CLOSING[mark] as string)
    else if (mark !== ',') open.pop()
  }
  return text.slice(start, cut) + open.reverse().join('')
}

/** Brackets and commas that stand in no text. */
function* marksOf(text: string, from: number): Generator<readonly [at: number, mark: string], void, undefined> {
  let inText = false
  for (let at = from; at < text.length; at += 1) {
    const mark = text.charAt(at)
    if (inText && mark === '\\') at += 1
    else if (mark === '"') inText = !inText
    else if (!inText && '{}[],'.includes(mark)) yield [at, mark]
  }
}
