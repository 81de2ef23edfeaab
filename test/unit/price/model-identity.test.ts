/** Names as bills and logs of 2024 to 2026 have them, against the shipped book. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileBook } from '../../../lib/core/price/book'
import { type IdentifyModel, modelIdentities } from '../../../lib/core/price/model-identity'
import { monthPeriod, type Period } from '../../../lib/core/time/instant'
import { shippedBook } from '../../support/price-book'

const { book } = shippedBook()

function month(text: string): Period {
  const period = monthPeriod(text)
  if (!period.ok) throw new Error(`${text} is no month`)
  return period.value
}
const named = (host: string, name: string, at = '2026-09') => {
  const identity = modelIdentities(book, host, month(at))(name)
  return identity.model ?? `(${identity.reason})`
}

describe('a billed name and the names of the same model in logs', () => {
  it.each([
    ['bedrock', 'Claude Opus 4.6', 'anthropic.claude-opus-4-6-v1:0'],
    ['bedrock', 'Claude Opus 4.6 (Amazon Bedrock Edition)', 'us.anthropic.claude-opus-4-6-v1'],
    ['bedrock', 'Claude Opus 4.6', 'global.anthropic.claude-opus-4-6-v1:0'],
    ['bedrock', 'Claude4.6Opus', 'eu.anthropic.claude-opus-4-6-v1:0'],
    ['bedrock', 'anthropic.claude-opus-4-8', 'global.anthropic.claude-opus-4-8-v1:0'],
    ['bedrock', 'Claude Sonnet 4.5', 'anthropic.claude-sonnet-4-5-20250929-v1:0'],
    ['bedrock', 'Claude3Sonnet', 'anthropic.claude-3-sonnet-20240229-v1:0'],
    ['bedrock', 'Claude 3.5 Sonnet v2', 'us.anthropic.claude-3-5-sonnet-20241022-v2:0'],
    ['bedrock', 'NovaLite', 'us.amazon.nova-lite-v1:0'],
    ['bedrock', 'Nova2.0Lite', 'amazon.nova-2-lite-v1:0'],
    ['azure', 'gpt 4o 0806', 'gpt-4o-2024-08-06'],
    ['azure', 'gpt-4o-mini-0718', 'gpt-4o-mini'],
    ['azure', 'gpt 4o mini0718', 'gpt-4o-mini-2024-07-18'],
    ['azure', 'gpt 4o 0513', 'gpt-4o-2024-05-13'],
    ['azure', 'gpt 4.1 0414', 'gpt-4.1-2025-04-14'],
    ['azure', 'GPT 5 Nano', 'gpt-5-nano-2025-08-07'],
    ['azure', '5.4 mini', 'gpt-5.4-mini'],
    ['azure', 'o4 mini 0416', 'o4-mini-2025-04-16'],
    ['google', 'gemini-2.5-pro', 'models/gemini-2.5-pro-preview-06-05'],
    ['vertex', 'gemini-3-pro', 'publishers/google/models/gemini-3-pro-preview'],
    ['vertex', 'Claude Opus 4.6', 'claude-opus-4-6@20260205'],
    ['openai', 'gpt-4o-2024-08-06', 'gpt-4o'],
    ['openai', 'GPT-5 mini', 'gpt-5-mini-2025-08-07'],
  ])('are one at %s: %s, %s', (host, billed, logged) => {
    const model = named(host, billed)
    expect(model).not.toMatch(/^\(/)
    expect(named(host, logged)).toBe(model)
  })

  it('are not one where a word, a number or a date is another', () => {
    expect(named('bedrock', 'Claude Opus 4.6')).not.toBe(named('bedrock', 'Claude Opus 4.8'))
    expect(named('azure', 'gpt 4o 0806')).not.toBe(named('azure', 'gpt 4o 0513'))
    expect(named('bedrock', 'Claude Opus 6.4')).toBe('(unknown)')
    expect(named('bedrock', 'Claude Opus 4.6 Fast')).toBe('(unknown)')
    expect(named('bedrock', 'Llama3-1-70B')).toBe('(unknown)')
    expect(named('bedrock', 'Claude Opus+ 4.6')).toBe('(unknown)')
    expect(named('azure', 'gpt 4o 2025-08-06')).toBe('(unknown)')
    expect(named('azure', 'V4 Pro')).toBe('(unknown)')
    expect(named('azure', 'gpt o4 mini')).toBe('(unknown)')
    expect(named('azure', '')).toBe('(unknown)')
    expect(named('openai', '5.4 mini')).toBe('(unknown)')
    expect(named('nowhere', 'gpt-5')).toBe('(unknown)')
    expect(named('ollama', 'anything')).toBe('(unknown)')
  })

  it('stay apart where the bill does not tell which of several models it means', () => {
    expect(named('bedrock', 'Claude 3.5 Sonnet')).toBe('(several)')
    expect(named('bedrock', 'Claude3.5Sonnet')).toBe('(several)')
  })

  it('mean what they mean in their month, and nothing single in a month in which that changes', () => {
    expect(named('openai', 'gpt-4o', '2024-09')).toBe('gpt-4o-2024-05-13')
    expect(named('openai', 'gpt-4o', '2024-10')).toBe('(several)')
    expect(named('openai', 'gpt-4o', '2024-11')).toBe('gpt-4o')
    expect(named('azure', 'GPT 4o', '2024-09')).toBe('gpt-4o-2024-05-13')
  })

  it('a name that a person confirmed decides before the spelling does', () => {
    const alias = { host: 'bedrock', kind: 'exact' as const, fromMs: Date.UTC(2026, 8, 10), toMs: null }
    const own = compileBook({
      entries: book.entries,
      hosts: [...book.hosts.values()].map((host) => host.info),
      aliases: [
        { ...alias, pattern: 'claude 3.5 sonnet', model: 'regional.anthropic.claude-3-5-sonnet-20240620-v1:0' },
        { ...alias, pattern: 'our llama', model: 'meta.llama3-1-70b-instruct-v1:0', toMs: alias.fromMs },
      ],
    })
    const identify = modelIdentities(own, 'bedrock', month('2026-09'))
    expect(identify('Claude 3.5 Sonnet')).toEqual({ model: 'anthropic.claude-3-5-sonnet-20240620-v1:0' })
    // Withdrawn with an empty time: it never held.
    expect(identify('our llama')).toEqual({ model: null, reason: 'unknown' })
    expect(modelIdentities(own, 'bedrock', month('2026-08'))('Claude 3.5 Sonnet').model).toBeNull()
  })
})

describe('over the whole shipped book', () => {
  const months = ['2024-06', '2024-10', '2025-08', '2026-01', '2026-07', '2026-09', '2026-11'].map(month)
  const names = [...book.hosts.values()].flatMap((host) =>
    [...host.exact.keys()].map((name) => ({ host: host.info.host, name })),
  )

  const made = new Map<string, IdentifyModel>()
  const of = (host: string, period: Period) => {
    const key = `${host} ${period.startMs}`
    const identify = made.get(key) ?? modelIdentities(book, host, period)
    made.set(key, identify)
    return identify
  }

  it('the model of a model is itself, except where the book gives its id to another model for a time', () => {
    const others = new Set<string>()
    for (const period of months) {
      for (const host of book.hosts.keys()) {
        const identify = of(host, period)
        for (const one of names.filter((other) => other.host === host)) {
          const { model } = identify(one.name)
          if (model === null) continue
          const again = identify(model)
          if (again.model !== model) others.add(`${host} ${model}`)
        }
      }
    }
    expect([...others].sort()).toEqual(['azure gpt-4o', 'deepseek deepseek-v4-flash', 'openai gpt-4o'])
  })

  it('another spelling of a name never means another model', () => {
    const spellings: readonly ((name: string) => string)[] = [
      (name) => name.toUpperCase(),
      (name) => name.replaceAll('-', ' '),
      (name) => name.replaceAll('-', '_'),
      (name) => ` ${name.replaceAll('-', '')} `,
      (name) => name.replace(/^(?:[a-z-]+\.)+(?=[a-z])/, '').replaceAll('-', ' '),
      (name) => name.replace(/-?20\d\d-?(\d\d)-?(\d\d)$/, ' $1$2'),
    ]
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.constantFrom(...spellings),
        fc.constantFrom(...months),
        (one, spell, period) => {
          const identify = of(one.host, period)
          const said = identify(spell(one.name))
          const own = identify(one.name)
          if (said.model !== null && own.model !== null) expect(said.model).toBe(own.model)
        },
      ),
      { numRuns: 5_000 },
    )
  })
})
