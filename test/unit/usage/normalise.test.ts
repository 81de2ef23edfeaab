import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normaliseUsage, type UsageApi } from '../../../lib/core/usage/normalise'
import type { NormalisedUsage } from '../../../lib/core/usage/shapes/shape'

function read(api: UsageApi, usage: unknown): NormalisedUsage {
  const result = normaliseUsage(api, usage, { model: 'm' })
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value
}

function leaves(api: UsageApi, usage: unknown): Record<string, string> {
  const { quantities } = read(api, usage)
  const { other, ...core } = quantities
  const all = [...Object.entries(core), ...(other ?? [])] as [string, bigint][]
  return Object.fromEntries(all.filter(([, count]) => count > 0n).map(([name, count]) => [name, count.toString()]))
}

function fault(api: UsageApi, usage: unknown): string {
  const result = normaliseUsage(api, usage, { model: 'm' })
  return result.ok ? 'ok' : result.error.code
}

describe('OpenAI: prompt includes cache, completion includes reasoning', () => {
  it('chat', () => {
    const usage = {
      prompt_tokens: 7083,
      completion_tokens: 2408,
      total_tokens: 9491,
      prompt_tokens_details: { cached_tokens: 1000, audio_tokens: 0 },
      completion_tokens_details: {
        reasoning_tokens: 1200,
        accepted_prediction_tokens: 5,
        rejected_prediction_tokens: 7,
      },
    }
    expect(leaves('openai.chat', usage)).toEqual({
      input: '6083',
      cacheRead: '1000',
      output: '2408',
      reasoning: '1200',
    })
    expect(read('openai.chat', usage).promptTokens).toBe(7083n)
  })

  it('responses with cache writes', () => {
    const usage = {
      input_tokens: 1000,
      input_tokens_details: { cached_tokens: 300, cache_write_tokens: 200 },
      output_tokens: 50,
      output_tokens_details: { reasoning_tokens: 20 },
      total_tokens: 1050,
    }
    expect(leaves('openai.responses', usage)).toEqual({
      input: '500',
      cacheRead: '300',
      cacheWrite5m: '200',
      output: '50',
      reasoning: '20',
    })
  })

  it('cache writes by their life, as LiteLLM names it', () => {
    const usage = {
      prompt_tokens: 130,
      completion_tokens: 25,
      total_tokens: 155,
      prompt_tokens_details: {
        cached_tokens: 20,
        cache_creation_tokens: 10,
        cache_creation_token_details: { ephemeral_5m_input_tokens: 7, ephemeral_1h_input_tokens: 3 },
      },
    }
    expect(leaves('any.chat', usage)).toEqual({
      input: '100',
      cacheRead: '20',
      cacheWrite5m: '7',
      cacheWrite1h: '3',
      output: '25',
    })
  })

  it('Anthropic’s cache as gateways pass it on, inside the prompt or beside it', () => {
    const inside = { prompt_tokens: 120, completion_tokens: 5, total_tokens: 125, cache_read_input_tokens: 100 }
    const read = { input: '20', cacheRead: '100', output: '5' }
    expect(leaves('any.chat', inside)).toEqual(read)
    expect(leaves('any.chat', { ...inside, prompt_tokens_details: { cached_tokens: 0 } })).toEqual(read)
    expect(leaves('any.chat', { ...inside, prompt_tokens_details: { cached_tokens: 100 } })).toEqual(read)
    const beside = {
      prompt_tokens: 20,
      completion_tokens: 5,
      cache_read_input_tokens: 90,
      cache_creation_input_tokens: 10,
    }
    const both = { input: '20', cacheRead: '90', cacheWrite5m: '10', output: '5' }
    for (const total of [undefined, 25, 125]) {
      expect(leaves('any.chat', { ...beside, total_tokens: total })).toEqual(both)
    }
    expect(fault('any.chat', { ...beside, total_tokens: 126 })).toBe('LEAVES_EXCEED_TOTAL')
  })

  it('realtime audio with its cached part', () => {
    const usage = {
      total_tokens: 253,
      input_tokens: 132,
      output_tokens: 121,
      input_token_details: {
        text_tokens: 119,
        audio_tokens: 13,
        cached_tokens: 64,
        cached_tokens_details: { text_tokens: 60, audio_tokens: 4 },
      },
      output_token_details: { text_tokens: 30, audio_tokens: 91 },
    }
    expect(leaves('openai.realtime', usage)).toEqual({
      input: '59',
      input_audio: '9',
      cacheRead: '60',
      cache_read_audio: '4',
      output: '30',
      output_audio: '91',
    })
  })

  it('embeddings have no completion', () => {
    expect(leaves('openai.embeddings', { prompt_tokens: 8, total_tokens: 8 })).toEqual({ input: '8' })
    expect(leaves('voyage.embeddings', { total_tokens: 10 })).toEqual({ input: '10' })
  })

  it('cached beyond the text is cached images, never a negative leaf', () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 1,
      prompt_tokens_details: { cached_tokens: 70, image_tokens: 60 },
    }
    expect(leaves('openai.chat', usage)).toEqual({
      input_image: '30',
      cacheRead: '40',
      cache_read_image: '30',
      output: '1',
    })
  })

  it('keeps counts beyond 2^53, as digits or bigint', () => {
    expect(leaves('openai.chat', { prompt_tokens: '9007199254740993', completion_tokens: 9007199254740995n })).toEqual({
      input: '9007199254740993',
      output: '9007199254740995',
    })
  })
})

describe('what contradicts itself is invalid, never adjusted', () => {
  it.each([
    ['negative', { prompt_tokens: -1, completion_tokens: 1 }, 'COUNT_NEGATIVE'],
    ['half a token', { prompt_tokens: 1.5, completion_tokens: 1 }, 'COUNT_INVALID'],
    ['a number that lost digits', { prompt_tokens: 2 ** 60, completion_tokens: 1 }, 'COUNT_INVALID'],
    ['text', { prompt_tokens: 'many', completion_tokens: 1 }, 'COUNT_INVALID'],
    ['more than 64 bits hold', { prompt_tokens: 2n ** 63n, completion_tokens: 1 }, 'COUNT_INVALID'],
    ['as many in digits', { prompt_tokens: '9223372036854775808', completion_tokens: 1 }, 'COUNT_INVALID'],
    [
      'more cached than prompt',
      { prompt_tokens: 5, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 6 } },
      'LEAVES_EXCEED_TOTAL',
    ],
    [
      'more reasoning than completion',
      { prompt_tokens: 5, completion_tokens: 1, completion_tokens_details: { reasoning_tokens: 2 } },
      'LEAVES_EXCEED_TOTAL',
    ],
    ['another total', { prompt_tokens: 5, completion_tokens: 1, total_tokens: 7 }, 'TOTAL_MISMATCH'],
    ['no completion', { prompt_tokens: 5 }, 'USAGE_INCOMPLETE'],
    ['nothing', {}, 'USAGE_INCOMPLETE'],
    ['a list', [], 'USAGE_MALFORMED'],
    ['null', null, 'USAGE_MALFORMED'],
  ])('%s', (_name, usage, code) => {
    expect(fault('openai.chat', usage)).toBe(code)
  })
})

describe('Anthropic: input excludes cache', () => {
  const base = { input_tokens: 100, output_tokens: 50, cache_read_input_tokens: 1000 }

  it('splits writes by their life and bills what the breakdown leaves out as 5-minute', () => {
    const usage = {
      ...base,
      cache_creation_input_tokens: 500,
      cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 150 },
      output_tokens_details: { thinking_tokens: 30 },
      server_tool_use: { web_search_requests: 2, web_fetch_requests: 1 },
      service_tier: 'batch',
      inference_geo: 'us',
      speed: 'fast',
      iterations: [{ input_tokens: 100 }],
    }
    expect(leaves('anthropic.messages', usage)).toEqual({
      input: '100',
      cacheRead: '1000',
      cacheWrite5m: '350',
      cacheWrite1h: '150',
      output: '50',
      reasoning: '30',
      web_search: '2',
      web_fetch: '1',
    })
    const told = read('anthropic.messages', usage)
    expect([told.promptTokens, told.serviceTier, told.region, told.speed]).toEqual([1600n, 'batch', 'us', 'fast'])
  })

  it('without a breakdown every write is 5-minute', () => {
    expect(leaves('anthropic.messages', { ...base, cache_creation_input_tokens: 7 }).cacheWrite5m).toBe('7')
  })

  it('a breakdown larger than its total is invalid', () => {
    const usage = { ...base, cache_creation_input_tokens: 5, cache_creation: { ephemeral_5m_input_tokens: 6 } }
    expect(fault('anthropic.messages', usage)).toBe('LEAVES_EXCEED_TOTAL')
  })
})

describe('Gemini: thoughts outside candidates, tool use beside the prompt', () => {
  it('adds them', () => {
    const usage = {
      promptTokenCount: 34,
      candidatesTokenCount: 418,
      thoughtsTokenCount: 438,
      totalTokenCount: 890,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: 34 }],
    }
    expect(leaves('google.generateContent', usage)).toEqual({ input: '34', output: '856', reasoning: '438' })
    const withTool = { ...usage, toolUsePromptTokenCount: 100 }
    expect(leaves('google.generateContent', withTool).input).toBe('134')
    expect(leaves('google.generateContent', { ...withTool, totalTokenCount: 990 }).input).toBe('134')
    expect(fault('google.generateContent', { ...usage, totalTokenCount: 891 })).toBe('TOTAL_MISMATCH')
  })

  it('splits modalities, cached and not', () => {
    const usage = {
      promptTokenCount: 1000,
      cachedContentTokenCount: 400,
      candidatesTokenCount: 20,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 500 },
        { modality: 'AUDIO', tokenCount: 300 },
        { modality: 'IMAGE', tokenCount: 200 },
      ],
      cacheTokensDetails: [
        { modality: 'TEXT', tokenCount: 100 },
        { modality: 'AUDIO', tokenCount: 300 },
      ],
      trafficType: 'ON_DEMAND_PRIORITY',
    }
    expect(leaves('google.generateContent', usage)).toEqual({
      input: '400',
      input_image: '200',
      cacheRead: '100',
      cache_read_audio: '300',
      output: '20',
    })
    expect(read('google.generateContent', usage).serviceTier).toBe('priority')
  })
})

describe('the others', () => {
  it('xAI: the total decides whether reasoning is inside the completion', () => {
    const counts = { prompt_tokens: 10, completion_tokens: 20, completion_tokens_details: { reasoning_tokens: 15 } }
    expect(leaves('xai.chat', { ...counts, total_tokens: 45 })).toEqual({ input: '10', output: '35', reasoning: '15' })
    expect(leaves('xai.chat', { ...counts, total_tokens: 30 })).toEqual({ input: '10', output: '20', reasoning: '15' })
    expect(fault('xai.chat', { ...counts, total_tokens: 44 })).toBe('TOTAL_MISMATCH')
    expect(leaves('xai.chat', counts)).toEqual({ input: '10', output: '35', reasoning: '15' })
    const response = { input_tokens: 10, output_tokens: 20, output_tokens_details: { reasoning_tokens: 15 } }
    expect(leaves('xai.chat', response)).toEqual({ input: '10', output: '20', reasoning: '15' })
    expect(read('xai.chat', { ...counts, cost_in_usd_ticks: 37756000 }).reportedCost?.amount).toBe('0.0037756000')
  })

  it('xAI: tools its servers ran are billed by the call, sources only where Live Search read them', () => {
    const counts = { input_tokens: 10, output_tokens: 20, total_tokens: 30, num_sources_used: 4 }
    const tools = (details: object) =>
      leaves('openai.responses', { ...counts, server_side_tool_usage_details: { mcp_calls: 9, ...details } })
    expect(leaves('xai.chat', counts)).toEqual({ input: '10', output: '20', search_sources: '4' })
    expect(tools({ web_search_calls: 2, x_search_calls: 3, document_search_calls: 1 })).toEqual({
      input: '10',
      output: '20',
      web_search: '2',
      x_search: '3',
      attachment_search: '1',
    })
    expect(tools({ x_search_calls: 3, x_posts_fetched: 5, x_users_fetched: 0 })).toEqual({
      input: '10',
      output: '20',
      x_posts: '5',
    })
    expect(fault('xai.chat', { ...counts, server_side_tool_usage_details: { web_search_calls: -1 } })).toBe(
      'COUNT_NEGATIVE',
    )
  })

  it('DeepSeek: hits and misses make the prompt', () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 5,
      prompt_cache_hit_tokens: 64,
      prompt_cache_miss_tokens: 36,
    }
    expect(leaves('deepseek.chat', usage)).toEqual({ input: '36', cacheRead: '64', output: '5' })
    expect(fault('deepseek.chat', { ...usage, prompt_cache_miss_tokens: 35 })).toBe('TOTAL_MISMATCH')
    expect(fault('deepseek.chat', { ...usage, prompt_tokens_details: { cached_tokens: 60 } })).toBe('CACHED_DISAGREE')
  })

  it('Bedrock converse excludes cache', () => {
    const usage = {
      inputTokens: 4,
      outputTokens: 10,
      totalTokens: 1434,
      cacheReadInputTokens: 1420,
      cacheWriteInputTokens: 0,
    }
    expect(leaves('bedrock.converse', usage)).toEqual({ input: '4', cacheRead: '1420', output: '10' })
    expect(fault('bedrock.converse', { ...usage, totalTokens: 1433 })).toBe('TOTAL_MISMATCH')
    expect(fault('bedrock.converse', { ...usage, cacheDetails: [null] })).toBe('USAGE_MALFORMED')
    expect(leaves('bedrock.embeddings', { inputTextTokenCount: 12 })).toEqual({ input: '12' })
  })

  it('OpenRouter keeps the reported cost beside', () => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: 2,
      cost: '0.00014',
      prompt_tokens_details: { cached_tokens: 4 },
    }
    expect(leaves('openrouter.chat', usage)).toEqual({ input: '6', cacheRead: '4', output: '2' })
    expect(read('openrouter.chat', usage).reportedCost).toEqual({ amount: '0.00014', currency: 'USD', kind: 'billed' })
  })

  it('Cohere bills billed_units', () => {
    const usage = {
      billed_units: { input_tokens: 5, output_tokens: 3, search_units: 1 },
      tokens: { input_tokens: 71, output_tokens: 3 },
    }
    expect(leaves('cohere.v2', usage)).toEqual({ input: '5', output: '3', search_units: '1' })
    expect(fault('cohere.v2', { tokens: { input_tokens: 1 } })).toBe('USAGE_INCOMPLETE')
  })

  it('Perplexity deep research counts reasoning and citations beside the completion', () => {
    const usage = {
      prompt_tokens: 33,
      completion_tokens: 7163,
      total_tokens: 7196,
      citation_tokens: 20016,
      num_search_queries: 30,
      reasoning_tokens: 73997,
    }
    expect(leaves('perplexity.chat', usage)).toEqual({
      input: '33',
      output: '81160',
      reasoning: '73997',
      output_citation: '20016',
      web_search: '30',
    })
    expect(read('perplexity.chat', { ...usage, cost: { total_cost: '0.82' } }).reportedCost?.amount).toBe('0.82')
    expect(fault('perplexity.chat', { ...usage, cost: { total_cost: {} } })).toBe('USAGE_MALFORMED')
  })

  it('of a host that is not known, the total tells whether reasoning lies beside the completion', () => {
    const beside = {
      prompt_tokens: 32,
      completion_tokens: 9,
      total_tokens: 135,
      completion_tokens_details: { reasoning_tokens: 94 },
    }
    expect(leaves('any.chat', beside)).toEqual({ input: '32', output: '103', reasoning: '94' })
    expect(leaves('any.chat', { ...beside, completion_tokens: 103 })).toEqual({
      input: '32',
      output: '103',
      reasoning: '94',
    })
    expect(fault('any.chat', { ...beside, total_tokens: 136 })).toBe('TOTAL_MISMATCH')
    expect(fault('openai.chat', beside)).toBe('TOTAL_MISMATCH')
    // Gemini's compatible endpoint leaves its thoughts out of everything but the total.
    const gemini = { prompt_tokens: 2, completion_tokens: 9, total_tokens: 600 }
    expect(normaliseUsage('any.chat', gemini, { model: 'gemini-2.5-pro' })).toMatchObject({
      value: { quantities: { input: 2n, output: 598n, reasoning: 589n } },
    })
    expect(fault('any.chat', gemini)).toBe('TOTAL_MISMATCH')
  })

  it('Gemini may count its thoughts among the candidates: the total decides', () => {
    const usage = { promptTokenCount: 10, candidatesTokenCount: 500, thoughtsTokenCount: 400, totalTokenCount: 510 }
    expect(leaves('google.generateContent', usage)).toEqual({ input: '10', output: '500', reasoning: '400' })
    const apart = { ...usage, totalTokenCount: 910 }
    expect(leaves('google.generateContent', apart)).toEqual({ input: '10', output: '900', reasoning: '400' })
    expect(fault('google.generateContent', { ...usage, totalTokenCount: 511 })).toBe('TOTAL_MISMATCH')
    const withTools = { ...usage, toolUsePromptTokenCount: 30, totalTokenCount: 540 }
    expect(leaves('google.generateContent', withTools)).toEqual({ input: '40', output: '500', reasoning: '400' })
  })

  it('Gemini may tell its thoughts by the total alone', () => {
    const usage = { promptTokenCount: 8, candidatesTokenCount: 12, totalTokenCount: 500 }
    expect(leaves('google.generateContent', usage)).toEqual({ input: '8', output: '492', reasoning: '480' })
    // Stated thoughts must make the total, and tokens of tools may be what it has more.
    expect(fault('google.generateContent', { ...usage, thoughtsTokenCount: 0 })).toBe('TOTAL_MISMATCH')
    expect(fault('google.generateContent', { ...usage, toolUsePromptTokenCount: 5 })).toBe('TOTAL_MISMATCH')
  })

  it('Moonshot, Mistral, Groq and Ollama', () => {
    expect(leaves('moonshot.chat', { prompt_tokens: 9, completion_tokens: 1, cached_tokens: 4 })).toEqual({
      input: '5',
      cacheRead: '4',
      output: '1',
    })
    expect(
      leaves('mistral.chat', {
        prompt_tokens: 9,
        completion_tokens: 1,
        num_cached_tokens: 4,
        prompt_audio_seconds: 20,
      }),
    ).toEqual({
      input: '5',
      cacheRead: '4',
      output: '1',
      input_audio_seconds: '20',
    })
    // The first is the example of its documentation, the second has the audio's tokens in its details.
    expect(
      leaves('mistral.chat', {
        prompt_audio_seconds: 203,
        prompt_tokens: 4,
        total_tokens: 3_264,
        completion_tokens: 635,
      }),
    ).toEqual({ input: '4', output: '635', input_audio_seconds: '203' })
    expect(
      leaves('mistral.chat', {
        prompt_audio_seconds: 12,
        prompt_tokens: 3,
        total_tokens: 419,
        completion_tokens: 41,
        prompt_tokens_details: { cached_tokens: 368, audio_tokens: 375 },
      }),
    ).toEqual({ input: '3', output: '41', input_audio_seconds: '12' })
    expect(
      leaves('groq.chat', { prompt_tokens: 9, completion_tokens: 1, queue_time: '0.1', total_time: '0.5' }),
    ).toEqual({ input: '9', output: '1' })
    expect(leaves('ollama.chat', { prompt_eval_count: 26, eval_count: 298 })).toEqual({ input: '26', output: '298' })
    expect(leaves('ollama.chat', { eval_count: 298 })).toEqual({ output: '298' })
  })

  it('canonical counts are disjoint meters by name, and an unknown name is refused', () => {
    expect(leaves('canonical', { input: '5', output: 7, reasoning: 7, input_audio: '3' })).toEqual({
      input: '5',
      output: '7',
      reasoning: '7',
      input_audio: '3',
    })
    expect(read('canonical', { input: '5', cache_read: 2, cache_write_1h: 1, input_audio: '3' }).promptTokens).toBe(11n)
    expect(fault('canonical', { inputs: 5 })).toBe('METER_UNKNOWN')
    expect(fault('canonical', { output: 5, reasoning: 6 })).toBe('LEAVES_EXCEED_TOTAL')
  })
})

describe('property', () => {
  it('leaves of an OpenAI usage always sum to its totals, whatever the details', () => {
    const count = fc.bigInt({ min: 0n, max: 2n ** 61n })
    fc.assert(
      fc.property(
        count,
        count,
        count,
        count,
        count,
        count,
        (text, image, audio, cachedPart, writtenPart, completion) => {
          const prompt = text + image + audio
          const cached = prompt === 0n ? 0n : cachedPart % (prompt + 1n)
          const written = text === 0n ? 0n : writtenPart % (text + 1n)
          const result = normaliseUsage(
            'openai.chat',
            {
              prompt_tokens: prompt,
              completion_tokens: completion,
              total_tokens: prompt + completion,
              prompt_tokens_details: {
                cached_tokens: cached,
                cache_write_tokens: written,
                image_tokens: image,
                audio_tokens: audio,
              },
            },
            { model: 'm' },
          )
          if (!result.ok) {
            expect(result.error.code).toBe('LEAVES_EXCEED_TOTAL')
            return
          }
          const { input, cacheRead, cacheWrite5m, cacheWrite1h, output, other } = result.value.quantities
          let sum = input + cacheRead + cacheWrite5m + cacheWrite1h
          for (const quantity of other?.values() ?? []) {
            expect(quantity > 0n).toBe(true)
            sum += quantity
          }
          expect(sum).toBe(prompt)
          expect(output).toBe(completion)
        },
      ),
    )
  })
})
