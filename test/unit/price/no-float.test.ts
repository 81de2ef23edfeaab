import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const core = join(dirname(fileURLToPath(import.meta.url)), '../../../lib/core')
const files = ['price', 'money', 'usage', 'usage/shapes'].flatMap((folder) =>
  readdirSync(join(core, folder))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ name: `${folder}/${name}`, text: readFileSync(join(core, folder, name), 'utf8') })),
)

/** Code without comments and texts. */
function code(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '')
    .replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`[^`]*`/g, "''")
    .replace(/\/(?:[^/\\\n[]|\\.|\[[^\]]*\])+\/[gimsuy]*/g, 'regex')
}

describe('no floating point number is on the way from a rate to a cost', () => {
  it('sees the files', () => {
    expect(files.length).toBeGreaterThan(20)
  })

  it.each(files)('$name', ({ text }) => {
    const offences = code(text)
      .split('\n')
      .filter((line) =>
        /\bNumber\(|parseFloat|toNumber|toFixed|\d\.\d|Math\.(round|fround|pow|sqrt|exp|log)/.test(line),
      )
    expect(offences).toEqual([])
  })
})
