import { describe, expect, it } from 'vitest'
import { BOOK, FILES, rateOf } from './book'

const entries = FILES.flatMap((file) => file.entries)

describe('the price book files', () => {
  it('write every rate with at most nine decimal places and no float noise', () => {
    expect(entries.filter((entry) => !/^\d{1,11}(\.\d{1,9})?$/.test(entry.amount))).toEqual([])
    expect(entries.filter((entry) => /(999|000)\d$/.test(entry.amount.split('.')[1] ?? ''))).toEqual([])
  })

  it('have a zero only where a host states it: its own free models, uncharged tools, software on your own machine', () => {
    const free = entries.filter((entry) => entry.amount === '0' && entry.kind === 'rate')
    const stated = (host: string, model: string, meter: string) =>
      /^(ollama|lmstudio|vllm|llamacpp|sglang|tgi|localai|mlx|self-hosted)$/.test(host) ||
      model.endsWith(':free') ||
      (host === 'anthropic' && /^(web_fetch|code_execution)$/.test(meter)) ||
      (host === 'google' && model.startsWith('gemma-'))
    const unstated = free.filter((entry) => !stated(entry.host, entry.model, entry.meter))
    expect([...new Set(unstated.map((entry) => `${entry.host}/${entry.model} ${entry.meter}`))]).toEqual([])
  })
})

describe('a name', () => {
  const at = '2026-11-20T12:00:00Z'
  it('is never matched by a part of it', () => {
    for (const model of ['claude-opus-4-6-whatever', 'gpt-5-turbo-ultra', 'my-gpt-5', 'gemini-2.5-pro-tts-x', 'o3x']) {
      for (const { host } of FILES.filter((file) => BOOK.hosts.get(file.host.host)?.models.has('*') !== true)) {
        expect([host.host, model, rateOf({ host: host.host, model, at })]).toEqual([host.host, model, 'MODEL_UNKNOWN'])
      }
    }
  })

  it('of a fine-tuned model is priced as its base, whatever organisation and suffix follow', () => {
    expect(rateOf({ host: 'openai', model: 'ft:gpt-4o-mini-2024-07-18:acme:support:Ab12', at })).toBe('0.3')
    expect(rateOf({ host: 'openai', model: 'ft:gpt-9:acme::Ab12', at })).toBe('MODEL_UNKNOWN')
  })

  it('may be a whole resource name', () => {
    const profile = 'arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-opus-4-6-v1'
    expect(rateOf({ host: 'bedrock', model: profile, at })).toBe('5.5')
    expect(
      rateOf({ host: 'vertex', model: 'projects/p/locations/global/publishers/google/models/gemini-2.5-pro', at }),
    ).toBe('1.25')
  })

  it('with a date is its model where the host dates its models', () => {
    expect(rateOf({ host: 'anthropic', model: 'claude-haiku-4-5-20251001', at })).toBe('1')
    expect(rateOf({ host: 'openai', model: 'gpt-5-2025-08-07', at })).toBe('1.25')
    expect(rateOf({ host: 'openai', model: 'gpt-4o-mini-2024-07-18', at })).toBe('0.15')
  })
})
