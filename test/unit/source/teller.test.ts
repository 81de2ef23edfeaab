import { describe, expect, it } from 'vitest'
import { DIALECTS } from '../../../lib/core/source/registry'
import { tellerOf } from '../../../lib/core/source/teller'

describe('who tells of usage', () => {
  it('is one for a CSV and an API of the same export, and another for a gateway', () => {
    expect(tellerOf('openai-usage-csv')).toEqual(tellerOf('openai-usage-api'))
    expect(tellerOf('langfuse-csv').name).not.toBe(tellerOf('openai-usage-csv').name)
  })

  it('tells all of an account or gateway but for logs of single programs and formats of our own', () => {
    const logs = DIALECTS.filter((one) => one.kind === 'lines' || one.layer !== 'billed').filter(
      (one) => tellerOf(one.id).tells === 'some',
    )
    expect(logs.map((one) => one.id).sort()).toEqual([
      'aider-jsonl',
      'anthropic-messages-jsonl',
      'bedrock-responses-jsonl',
      'claude-code-jsonl',
      'codex-exec-jsonl',
      'codex-jsonl',
      'gemini-cli-json',
      'gemini-responses-jsonl',
      'kimi-code-jsonl',
      'langchain-json',
      'openai-responses-jsonl',
      'opencode-json',
      'otlp-json',
      'pi-jsonl',
      'qwen-code-jsonl',
      'tokentab-csv',
      'tokentab-jsonl',
    ])
  })

  it('knows the logs of one agent, and the telemetry that tags each call with its own', () => {
    const agents = DIALECTS.flatMap(({ id }) => (tellerOf(id).agent === null ? [] : [`${id}: ${tellerOf(id).agent}`]))
    expect(agents.sort()).toEqual([
      'claude-code-jsonl: claude-code',
      'codex-exec-jsonl: codex',
      'codex-jsonl: codex',
      'gemini-cli-json: gemini-cli',
      'otlp-json: tagged',
    ])
  })
})
