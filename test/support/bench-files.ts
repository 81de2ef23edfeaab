/** The files of the import benchmark: small deterministic generators, no two rows alike. */
import { open } from 'node:fs/promises'

const MODELS = ['gpt-5', 'gpt-5-mini', 'gpt-4.1', 'gpt-4o', 'gpt-4o-mini', 'o3', 'o4-mini', 'gpt-4.1-mini']
const CLAUDE = ['claude-sonnet-4-5-20250929', 'claude-opus-4-5-20251101', 'claude-haiku-4-5-20251001']
export const CALLS_AN_HOUR = 2_800

function generator(): (below: number) => number {
  let seed = 1
  return (below) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((seed / 4_294_967_296) * below)
  }
}

async function writeRows(path: string, head: string, rows: number, row: (index: number) => string): Promise<void> {
  const file = await open(path, 'w')
  let text = head
  for (let index = 0; index < rows; index += 1) {
    text += row(index)
    if (text.length < 1_000_000) continue
    await file.write(text)
    text = ''
  }
  await file.write(text)
  await file.close()
}

/** Our own CSV: calls in the order of time, about 2,800 an hour, ending some days before the month's end. */
export async function writeCsv(path: string, rows: number, prefix: string, startMs: number): Promise<void> {
  const next = generator()
  const step = 3_600_000 / CALLS_AN_HOUR
  const head =
    'id,timestamp,host,model,project,api_key,user,input_tokens,cache_read_tokens,output_tokens,reasoning_tokens,latency_ms\n'
  await writeRows(path, head, rows, (row) => {
    const at = new Date(startMs + Math.floor(row * step)).toISOString()
    const output = next(2_000)
    // A key belongs to a project and serves two models; users belong to projects.
    const project = next(20)
    const key = next(2)
    const model = MODELS[(project + key * 3 + next(2)) % MODELS.length]
    return `${prefix}_${row.toString(36).padStart(10, '0')},${at},openai,${model},project-${project},key-${project}-${key},user-${project}-${next(10)},${next(8_000)},${next(4) === 0 ? next(4_000) : 0},${output},${next(3) === 0 ? next(output + 1) : 0},${next(9_000)}\n`
  })
}

const SESSION = '00000000-0000-4000-8000-000000000001'
const WORDS =
  'the file reads a number of tokens — “quoted” text with code const x = await fn(); return { ok: true } naïve ✓'.split(
    ' ',
  )

/**
 * A session log of Claude Code: for each call the result of a tool and an answer of one to three parts, which repeat its usage,
 * about 7 KB of mostly prose. Of answers only, it is one short line a call; read later, each of those had grown by a token.
 */
export async function writeClaudeLog(
  path: string,
  calls: number,
  kind: 'with prose' | 'answers only' | 'answers grown',
): Promise<void> {
  const next = generator()
  const startMs = Date.UTC(2026, 5, 1)
  const prose = (words: number) => Array.from({ length: words }, () => WORDS[next(WORDS.length)]).join(' ')
  await writeRows(path, '', calls, (call) => {
    const id = `${kind === 'with prose' ? 'p' : 'a'}${call.toString(36).padStart(8, '0')}`
    const line = (type: string, part: number, rest: object) =>
      `${JSON.stringify({
        parentUuid: null,
        isSidechain: false,
        userType: 'external',
        cwd: '/srv/app',
        sessionId: SESSION,
        version: '2.1.205',
        gitBranch: 'main',
        type,
        uuid: `${type}-${id}-${part}`,
        timestamp: new Date(startMs + call * 20_000).toISOString(),
        ...rest,
      })}\n`
    const usage = {
      input_tokens: next(8_000),
      cache_read_input_tokens: next(40_000),
      cache_creation_input_tokens: next(4) === 0 ? next(8_000) : 0,
    }
    const model = CLAUDE[next(3)]
    const output = next(2_000) + (kind === 'answers grown' ? 1 : 0)
    const answer = (part: number, text: string) => {
      const content = [{ type: 'text', text }]
      const counts = { ...usage, output_tokens: output + part }
      const message = { id: `msg_${id}`, type: 'message', role: 'assistant', model, content, usage: counts }
      return line('assistant', part, { requestId: `req_${id}`, message })
    }
    if (kind !== 'with prose') return answer(0, 'ok')
    const tool = {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: `tool_${id}`, content: prose(next(900)) }],
    }
    const parts = Array.from({ length: 1 + next(3) }, (_part, place) => answer(place, prose(next(200))))
    return line('user', 0, { message: tool, toolUseResult: { stdout: prose(next(900)), stderr: '' } }) + parts.join('')
  })
}
