import type { Card, CuratedHost } from '../shape'

const CHECKED = '2026-11-23'

export const MISTRAL: CuratedHost = {
  host: 'mistral',
  title: 'Mistral AI',
  names: ['mistral', 'mistralai', 'mistral-ai', 'mistral_ai'],
  prefixes: ['mistralai/', 'mistral/'],
  source: 'https://mistral.ai/pricing/api',
  checked: CHECKED,
  confidence: 'provider',
  catalogue: 'mistral',
  // Three catalogues give three rates for mistral-small-latest and no page settles it: unpriced until one does.
  leaveOut: [
    'mistral-large',
    'mistral-medium-latest',
    'mistral-small-latest',
    'mistral-medium-3-1',
    'mistral-medium-3-5',
    'mistral-large-2512',
  ],
  models: [
    {
      model: 'mistral-large-4-0',
      names: ['mistral-large-4-0', 'mistral-large-4'],
      context: 1048576,
      cards: [
        {
          span: '..2026-10-20',
          rates: 'input 0.68, output 2.09',
          source: 'https://www.getmaxim.ai/bifrost/llm-cost-calculator/provider/mistral/model/mistral-large-4-0.md',
          confidence: 'third_party',
          note: 'Launch promotion.',
        },
        {
          span: '2026-10-20..',
          rates: 'input 1.36, output 4.18',
          source: 'https://github.com/BlockRunAI/Franklin/releases/tag/v3.49.15',
          confidence: 'third_party',
        },
      ],
    },
    {
      model: 'open-mixtral-8x22b',
      names: ['open-mixtral-8x22b', 'open-mixtral-8x22b-2404'],
      context: 65536,
      cards: [
        {
          span: '..',
          rates: 'input 2, output 6',
          source: 'https://github.com/simonw/llm-prices/blob/main/data/mistral.json',
          confidence: 'third_party',
        },
      ],
    },
    {
      model: 'mistral-large-2512',
      names: ['mistral-large-2512', 'mistral-large-3', 'mistral-large-latest@2025-12-02..'],
      context: 262144,
      cards: [{ span: '2025-12-02..', rates: 'input 0.5, cache_read 0.05, output 1.5' }],
    },
    {
      model: 'mistral-large-2411',
      names: ['mistral-large-2411', 'mistral-large-2407', 'mistral-large', 'mistral-large-latest@..2025-12-02'],
      context: 131072,
      cards: [{ span: '..', rates: 'input 2, output 6' }],
    },
    {
      model: 'mistral-medium-3-5',
      names: ['mistral-medium-3.5', 'mistral-medium-3-5', 'mistral-medium-latest@2026-06-16..'],
      context: 262144,
      cards: [{ span: '2026-04-28..', rates: 'input 1.5, cache_read 0.15, output 7.5' }],
    },
    {
      model: 'mistral-medium-3-1',
      names: [
        'mistral-medium-2505',
        'mistral-medium-2508',
        'mistral-medium-3-1',
        'mistral-medium-3',
        'mistral-medium',
        'mistral-medium-latest@2025-05-29..2026-06-16',
      ],
      context: 131072,
      cards: [{ span: '2025-05-07..', rates: 'input 0.4, cache_read 0.04, output 2' }],
    },
    {
      model: 'magistral-medium',
      names: [
        'magistral-medium-latest',
        'magistral-medium',
        'magistral-medium-2506',
        'magistral-medium-2507',
        'magistral-medium-2509',
      ],
      context: 131072,
      cards: [{ span: '..', rates: 'input 2, output 5' }],
    },
    {
      model: 'magistral-small',
      names: [
        'magistral-small-latest',
        'magistral-small',
        'magistral-small-2506',
        'magistral-small-2507',
        'magistral-small-2509',
      ],
      context: 131072,
      cards: [{ span: '..', rates: 'input 0.5, output 1.5' }],
    },
  ],
}

const XAI_LONG = { prompt_tokens: { gte: 200000 } }
const LIVE_SEARCH = 'https://docs.x.ai/docs/guides/live-search'
const X_FETCHES = 'https://docs.x.ai/developers/tools/tool-usage-details'

/** Tool calls cost the same with every model. Until it was removed, Live Search cost each source it read. */
const XAI_TOOLS: readonly Card[] = [
  {
    span: '..',
    rates: 'web_search 5 / 1000, code_execution 5 / 1000, file_search 2.5 / 1000, attachment_search 10 / 1000',
    checked: '2026-11-29',
  },
  { span: '..2026-09-21', rates: 'x_search 5 / 1000', checked: '2026-11-29' },
  {
    span: '2026-09-21..',
    rates: 'x_posts 5 / 1000, x_profiles 10 / 1000',
    source: X_FETCHES,
    checked: '2026-11-29',
    confidence: 'third_party',
    note: 'Searches of X are billed by the posts and profiles they fetch since this day.',
  },
  {
    span: '..2026-01-12',
    rates: 'search_sources 25 / 1000',
    source: LIVE_SEARCH,
    checked: '2026-11-29',
    confidence: 'third_party',
    note: 'Removed on 2026-01-12; requests are answered with 410 since then.',
  },
]

export const XAI: CuratedHost = {
  host: 'xai',
  title: 'xAI',
  names: ['xai', 'x-ai', 'x.ai', 'grok', 'x_ai'],
  prefixes: ['x-ai/', 'xai/'],
  sameAs: { input_image: 'input', cache_read_image: 'cache_read' },
  source: 'https://docs.x.ai/developers/pricing',
  checked: CHECKED,
  confidence: 'provider',
  catalogue: 'x-ai',
  leaveOut: ['grok-4-0709'],
  fees: XAI_TOOLS,
  models: [
    {
      model: 'grok-4.6',
      names: ['grok-4.6~', 'grok-4.6-latest'],
      context: 500000,
      cards: [
        { span: '2026-08-01..', rates: 'input 2, cache_read 0.5, output 6' },
        { span: '2026-08-01..', rates: 'input 4, cache_read 1, output 12', when: XAI_LONG },
      ],
    },
    {
      model: 'grok-4.5',
      names: ['grok-4.5~', 'grok-4.5-latest', 'grok-latest'],
      context: 500000,
      cards: [
        { span: '..', rates: 'input 2, cache_read 0.3, output 6' },
        { span: '..', rates: 'input 4, cache_read 0.6, output 12', when: XAI_LONG },
      ],
    },
    {
      model: 'grok-4.3',
      names: ['grok-4.3~', 'grok-4.3-latest'],
      context: 1000000,
      cards: [
        { span: '2026-04-01..', rates: 'input 1.25, cache_read 0.2, output 2.5' },
        { span: '2026-04-01..', rates: 'input 2.5, cache_read 0.4, output 5', when: XAI_LONG },
      ],
    },
    {
      model: 'grok-4',
      names: ['grok-4', 'grok-4-0709', 'grok-4-latest'],
      context: 256000,
      cards: [{ span: '2025-07-10..', rates: 'input 3, cache_read 0.75, output 15' }],
    },
  ],
}

export const GROQ: CuratedHost = {
  host: 'groq',
  title: 'Groq',
  names: ['groq', 'groqcloud'],
  prefixes: ['groq/'],
  // Flex is billed like on-demand, as the page states; it only answers later or not at all.
  serviceTiers: { on_demand: 'standard', flex: 'standard' },
  source: 'https://groq.com/pricing',
  checked: CHECKED,
  confidence: 'catalogue',
  catalogue: 'groq',
  leaveOut: [
    'moonshotai/kimi-k2-instruct',
    'openai/gpt-oss-120b',
    'openai/gpt-oss-20b',
    'meta-llama/llama-4-maverick-17b-128e-instruct',
    'meta-llama/llama-4-scout-17b-16e-instruct',
    'qwen/qwen3-32b',
  ],
  models: [
    {
      model: 'meta-llama/llama-4-scout-17b-16e-instruct',
      names: ['meta-llama/llama-4-scout-17b-16e-instruct', 'llama-4-scout-17b-16e-instruct'],
      publisher: 'meta',
      context: 131072,
      output: 8192,
      cards: [{ span: '..', rates: 'input 0.11, output 0.34' }],
    },
    {
      model: 'meta-llama/llama-4-maverick-17b-128e-instruct',
      names: ['meta-llama/llama-4-maverick-17b-128e-instruct', 'llama-4-maverick-17b-128e-instruct'],
      publisher: 'meta',
      context: 131072,
      output: 8192,
      cards: [{ span: '..', rates: 'input 0.2, output 0.6' }],
    },
    {
      model: 'qwen/qwen3-32b',
      names: ['qwen/qwen3-32b', 'qwen3-32b'],
      publisher: 'alibaba',
      context: 131072,
      output: 40960,
      cards: [{ span: '..', rates: 'input 0.29, output 0.59' }],
    },
    {
      model: 'openai/gpt-oss-20b',
      names: ['openai/gpt-oss-20b', 'gpt-oss-20b'],
      publisher: 'openai',
      context: 131072,
      output: 65536,
      released: '2025-08-05',
      cards: [
        { span: '2025-08-05..2026-01-19', rates: 'input 0.1, output 0.5' },
        { span: '2026-01-19..', rates: 'input 0.075, cache_read 0.0375, output 0.3' },
      ],
    },
    {
      model: 'openai/gpt-oss-120b',
      names: ['openai/gpt-oss-120b', 'gpt-oss-120b'],
      publisher: 'openai',
      context: 131072,
      output: 65536,
      cards: [{ span: '..', rates: 'input 0.15, cache_read 0.075, output 0.6' }],
    },
    {
      model: 'openai/gpt-oss-safeguard-20b',
      publisher: 'openai',
      context: 131072,
      output: 65536,
      cards: [
        {
          span: '..',
          rates: 'input 0.075, cache_read 0.037, output 0.3',
          source: 'https://github.com/pydantic/genai-prices/blob/main/prices/providers/openai.yml',
          confidence: 'third_party',
        },
      ],
    },
    {
      model: 'moonshotai/kimi-k2-instruct',
      names: ['moonshotai/kimi-k2-instruct', 'moonshotai/kimi-k2-instruct-0905'],
      publisher: 'moonshot',
      context: 262144,
      output: 16384,
      cards: [{ span: '..', rates: 'input 1, cache_read 0.5, output 3' }],
    },
  ],
}

export const TOGETHER: CuratedHost = {
  host: 'together',
  title: 'Together AI',
  names: ['together', 'together-ai', 'together_ai', 'togetherai'],
  prefixes: ['together_ai/', 'together/'],
  source: 'https://www.together.ai/pricing',
  checked: CHECKED,
  confidence: 'catalogue',
  catalogue: 'together',
  models: [
    {
      model: 'deepseek-ai/DeepSeek-R1',
      publisher: 'deepseek',
      context: 163840,
      cards: [{ span: '..', rates: 'input 3, output 7' }],
    },
    {
      model: 'deepseek-ai/DeepSeek-V3',
      publisher: 'deepseek',
      context: 131072,
      cards: [{ span: '..', rates: 'input 1.25, output 1.25' }],
    },
    {
      model: 'deepseek-ai/DeepSeek-V3.1',
      publisher: 'deepseek',
      context: 131072,
      cards: [{ span: '..', rates: 'input 0.6, output 1.7' }],
    },
    {
      model: 'openai/gpt-oss-120b',
      publisher: 'openai',
      context: 131072,
      cards: [{ span: '..', rates: 'input 0.15, output 0.6' }],
    },
    {
      model: 'openai/gpt-oss-20b',
      publisher: 'openai',
      context: 131072,
      cards: [{ span: '..', rates: 'input 0.05, output 0.2' }],
    },
    {
      model: 'Qwen/Qwen2.5-7B-Instruct-Turbo',
      publisher: 'alibaba',
      context: 32768,
      cards: [{ span: '..', rates: 'input 0.3, output 0.3' }],
    },
    {
      model: 'Qwen/Qwen2.5-72B-Instruct-Turbo',
      publisher: 'alibaba',
      context: 32768,
      cards: [{ span: '..', rates: 'input 1.2, output 1.2' }],
    },
    {
      model: 'Qwen/Qwen2.5-Coder-32B-Instruct',
      publisher: 'alibaba',
      context: 32768,
      cards: [{ span: '..', rates: 'input 0.8, output 0.8' }],
    },
    {
      model: 'Qwen/Qwen3-235B-A22B-Instruct-2507-tput',
      publisher: 'alibaba',
      context: 262144,
      cards: [{ span: '..', rates: 'input 0.2, output 0.6' }],
    },
    {
      model: 'Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8',
      publisher: 'alibaba',
      context: 262144,
      cards: [{ span: '..', rates: 'input 2, output 2' }],
    },
  ],
}

export const FIREWORKS: CuratedHost = {
  host: 'fireworks',
  title: 'Fireworks AI',
  names: ['fireworks', 'fireworks-ai', 'fireworks_ai', 'fireworksai'],
  prefixes: ['accounts/fireworks/models/', 'fireworks_ai/', 'fireworks/'],
  source: 'https://fireworks.ai/pricing',
  checked: CHECKED,
  confidence: 'catalogue',
  catalogue: 'fireworks',
  models: [
    {
      model: 'llama4-scout-instruct-basic',
      publisher: 'meta',
      context: 1048576,
      cards: [{ span: '..', rates: 'input 0.15, output 0.6' }],
    },
    {
      model: 'mixtral-8x22b-instruct',
      publisher: 'mistral',
      context: 65536,
      cards: [{ span: '..', rates: 'input 1.2, output 1.2' }],
    },
    {
      model: 'kimi-k2-instruct-0905',
      publisher: 'moonshot',
      context: 262144,
      cards: [{ span: '..', rates: 'input 0.6, output 2.5' }],
    },
  ],
}

/**
 * Models of one maker that the catalogue does not list yet. OpenRouter states that it passes the maker's price on without
 * a markup; short cards only, since it prints none for long prompts of these.
 */
const PASSED_THROUGH: readonly (readonly [model: string, publisher: string, span: string, rates: string])[] = [
  ['google/gemini-3.6-flash', 'google', '2026-08-13..2027-01-01', 'input 0.75, cache_read 0.075, output 3.75'],
  ['google/gemini-3.7-flash', 'google', '..2027-01-01', 'input 0.75, cache_read 0.075, output 3.75'],
  ['google/gemini-3.8-flash', 'google', '..2027-01-01', 'input 0.75, cache_read 0.075, output 3.75'],
  ['openai/gpt-5.6-luna-pro', 'openai', '..', 'input 0.2, cache_read 0.02, output 1.2'],
  ['openai/gpt-6.1-sol', 'openai', '2026-09-29..', 'input 2, cache_read 0.1, output 10'],
  ['openai/gpt-6.1-terra', 'openai', '..', 'input 1, cache_read 0.05, output 5'],
  ['anthropic/claude-fable-5.2', 'anthropic', '2026-11-09..', 'input 8, cache_read 0.2, cache_write_5m 10, output 40'],
  [
    'anthropic/claude-sonnet-5.5',
    'anthropic',
    '2026-10-07..',
    'input 2, cache_read 0.1, cache_write_5m 2.5, output 10',
  ],
]

export const OPENROUTER: CuratedHost = {
  host: 'openrouter',
  title: 'OpenRouter',
  names: ['openrouter', 'open-router', 'openrouter.ai', 'open_router'],
  prefixes: ['openrouter/'],
  sameAs: { input_image: 'input', cache_read_image: 'cache_read' },
  note: 'OpenRouter routes to several hosts whose prices differ and move; the cost it reports with a call is the one it bills.',
  source: 'https://openrouter.ai/models',
  checked: CHECKED,
  confidence: 'catalogue',
  catalogue: 'openrouter',
  // Every slug also has a permanent form with the day of its version: deepseek/deepseek-v4-flash-20260731.
  datedNames: true,
  models: [
    {
      model: 'meta-llama/llama-4-scout',
      names: ['meta-llama/llama-4-scout', 'meta-llama/llama-4-scout-17b-16e-instruct'],
      publisher: 'meta',
      context: 327680,
      cards: [{ span: '..', rates: 'input 0.08, output 0.3' }],
    },
    {
      model: 'meta-llama/llama-4-maverick',
      names: ['meta-llama/llama-4-maverick', 'meta-llama/llama-4-maverick-17b-128e-instruct'],
      publisher: 'meta',
      context: 1048576,
      cards: [{ span: '..', rates: 'input 0.15, output 0.6' }],
    },
    ...PASSED_THROUGH.map(([model, publisher, span, rates]) => ({
      model,
      names: [`${model}~`],
      publisher,
      context: publisher === 'google' ? 1048576 : publisher === 'anthropic' ? 1000000 : 1050000,
      cards: [
        {
          span,
          rates,
          ...(publisher === 'openai' ? { when: { prompt_tokens: { lte: 272000 } } } : {}),
          source: 'https://openrouter.ai/docs/faq',
          confidence: 'third_party' as const,
        },
      ],
    })),
  ],
}

/** Perplexity bills a fee for each request by the depth of its search, besides tokens. */
const fee = (low: string, medium: string, high: string) =>
  (
    [
      ['low', low],
      ['medium', medium],
      ['high', high],
    ] as const
  ).map(([size, amount]) => ({
    span: '..',
    rates: `requests ${amount} / 1000`,
    when: { context_size: [size] },
  }))

export const PERPLEXITY: CuratedHost = {
  host: 'perplexity',
  title: 'Perplexity',
  names: ['perplexity', 'perplexity-ai', 'perplexity_ai', 'pplx'],
  prefixes: ['perplexity/'],
  source: 'https://docs.perplexity.ai/docs/getting-started/pricing',
  checked: CHECKED,
  confidence: 'provider',
  catalogue: 'perplexity',
  models: [
    { model: 'sonar', context: 128000, cards: [{ span: '..', rates: 'input 1, output 1' }, ...fee('5', '8', '12')] },
    {
      model: 'sonar-pro',
      context: 200000,
      output: 8000,
      cards: [{ span: '..', rates: 'input 3, output 15' }, ...fee('6', '10', '14')],
    },
    {
      model: 'sonar-reasoning',
      context: 128000,
      cards: [{ span: '..', rates: 'input 1, output 5' }, ...fee('5', '8', '12')],
    },
    {
      model: 'sonar-reasoning-pro',
      context: 128000,
      cards: [{ span: '..', rates: 'input 2, output 8' }, ...fee('6', '10', '14')],
    },
  ],
}

const DASHSCOPE = 'https://www.alibabacloud.com/help/en/model-studio/models'
const LLM_PRICES_QWEN = 'https://github.com/simonw/llm-prices/blob/main/data/qwen.json'
/** Alibaba prints bands of input length: above the lower bound, up to and including the upper one. */
const band = (gt: number, lte?: number) => ({ prompt_tokens: lte === undefined ? { gt } : { gt, lte } })

/** Flat rates of the international list, as a gateway's catalogue has them. */
const LISTED_BY_PORTKEY: readonly (readonly [model: string, rates: string])[] = [
  ['qwen3.5-flash', 'input 0.1, output 0.4'],
  ['qwen3-vl-flash', 'input 0.05, output 0.4'],
  ['qwen3-coder-next', 'input 0.3, output 1.5'],
  ['qvq-max', 'input 1.2, output 4.8'],
  ['qwen-vl-ocr', 'input 0.07, output 0.16'],
  ['qwen-mt-plus', 'input 2.46, output 7.37'],
  ['qwen-mt-turbo', 'input 0.16, output 0.49'],
  ['qwen2.5-vl-7b-instruct', 'input 0.35, output 1.05'],
  ['qwen2.5-vl-32b-instruct', 'input 1.4, output 4.2'],
  ['qwen3-vl-235b-a22b-instruct', 'input 0.4, output 1.6'],
  ['qwen3-vl-235b-a22b-thinking', 'input 0.4, output 4'],
  ['qwen3-vl-30b-a3b-instruct', 'input 0.2, output 0.8'],
]

export const ALIBABA: CuratedHost = {
  host: 'alibaba',
  title: 'Alibaba Cloud Model Studio',
  names: ['alibaba', 'alibaba-cloud', 'alibabacloud', 'dashscope', 'qwen', 'aliyun', 'bailian', 'model-studio'],
  prefixes: ['dashscope/', 'alibaba/', 'qwen/'],
  note: 'International list, in dollars.',
  source: DASHSCOPE,
  checked: CHECKED,
  confidence: 'catalogue',
  models: [
    {
      model: 'qwen3-max',
      names: ['qwen3-max', 'qwen3-max-preview', 'qwen3-max-2025-09-23', 'qwen3-max-2026-01-23', 'qwen3-max-latest'],
      context: 262144,
      output: 65536,
      cards: [
        { span: '..', rates: 'input 1.2, output 6' },
        { span: '..', rates: 'input 2.4, output 12', when: band(32000, 128000) },
        { span: '..', rates: 'input 3, output 15', when: band(128000) },
      ],
    },
    {
      model: 'qwen3-coder-plus',
      names: ['qwen3-coder-plus~'],
      context: 1000000,
      output: 65536,
      cards: [
        { span: '..', rates: 'input 1, output 5' },
        { span: '..', rates: 'input 1.8, output 9', when: band(32000, 128000) },
        { span: '..', rates: 'input 3, output 15', when: band(128000, 256000) },
        { span: '..', rates: 'input 6, output 60', when: band(256000) },
      ],
    },
    {
      model: 'qwen3-coder-flash',
      names: ['qwen3-coder-flash~'],
      context: 1000000,
      output: 65536,
      cards: [
        { span: '..', rates: 'input 0.3, output 1.5' },
        { span: '..', rates: 'input 0.5, output 2.5', when: band(32000, 128000) },
        { span: '..', rates: 'input 0.8, output 4', when: band(128000, 256000) },
        { span: '..', rates: 'input 1.6, output 9.6', when: band(256000) },
      ],
    },
    {
      model: 'qwen-flash',
      names: ['qwen-flash~'],
      context: 1000000,
      output: 32768,
      cards: [
        { span: '..', rates: 'input 0.05, output 0.4' },
        { span: '..', rates: 'input 0.25, output 2', when: band(256000) },
      ],
    },
    {
      model: 'qwen-plus',
      names: ['qwen-plus~', 'qwen-plus-latest'],
      context: 1000000,
      output: 32768,
      note: 'Answers with thinking are billed at another rate: say so in the mode.',
      cards: [
        { span: '..', rates: 'input 0.4, output 1.2' },
        { span: '..', rates: 'output 4', when: { ...band(0, 256000), mode: ['thinking'] } },
        { span: '..', rates: 'input 1.2, output 3.6', when: band(256000) },
        { span: '..', rates: 'output 12', when: { ...band(256000), mode: ['thinking'] } },
      ],
    },
    {
      model: 'qwen3.6-plus',
      names: ['qwen3.6-plus~'],
      context: 1000000,
      output: 65536,
      cards: [
        { span: '..', rates: 'input 0.5, output 3', source: LLM_PRICES_QWEN, confidence: 'third_party' as const },
        {
          span: '..',
          rates: 'input 2, output 6',
          when: band(256000),
          source: LLM_PRICES_QWEN,
          confidence: 'third_party' as const,
        },
      ],
    },
    ...LISTED_BY_PORTKEY.map(([model, rates]) => ({
      model,
      names: [`${model}~`],
      cards: [
        {
          span: '..',
          rates,
          source: 'https://github.com/Portkey-AI/models/blob/main/pricing/dashscope.json',
          confidence: 'third_party' as const,
        },
      ],
    })),
    {
      model: 'qwen-max',
      names: ['qwen-max~', 'qwen-max-latest'],
      context: 32768,
      output: 8192,
      cards: [{ span: '..', rates: 'input 1.6, output 6.4' }],
    },
    {
      model: 'qwen-turbo',
      names: ['qwen-turbo~', 'qwen-turbo-latest'],
      context: 1000000,
      output: 16384,
      cards: [
        { span: '..', rates: 'input 0.05, output 0.2' },
        { span: '..', rates: 'output 0.5', when: { mode: ['thinking'] } },
      ],
    },
    {
      model: 'qwq-plus',
      names: ['qwq-plus~', 'qwq-plus-latest'],
      context: 131072,
      output: 8192,
      cards: [{ span: '..', rates: 'input 0.8, output 2.4' }],
    },
    {
      model: 'qwen3-coder-480b-a35b-instruct',
      context: 262144,
      output: 65536,
      cards: [
        { span: '..', rates: 'input 1.5, output 7.5' },
        { span: '..', rates: 'input 2.7, output 13.5', when: band(32000, 128000) },
        { span: '..', rates: 'input 4.5, output 22.5', when: band(128000) },
      ],
    },
    {
      model: 'qwen3-coder-30b-a3b-instruct',
      context: 262144,
      output: 65536,
      cards: [
        { span: '..', rates: 'input 0.45, output 2.25' },
        { span: '..', rates: 'input 0.75, output 3.75', when: band(32000, 128000) },
        { span: '..', rates: 'input 1.2, output 6', when: band(128000) },
      ],
    },
    {
      model: 'qwen3-235b-a22b',
      context: 131072,
      output: 16384,
      cards: [
        { span: '..', rates: 'input 0.7, output 2.8' },
        { span: '..', rates: 'output 8.4', when: { mode: ['thinking'] } },
      ],
    },
    {
      model: 'qwen3-32b',
      context: 131072,
      output: 16384,
      cards: [
        { span: '..', rates: 'input 0.7, output 2.8' },
        { span: '..', rates: 'output 8.4', when: { mode: ['thinking'] } },
      ],
    },
    {
      model: 'qwen3-14b',
      context: 131072,
      output: 8192,
      cards: [
        { span: '..', rates: 'input 0.35, output 1.4' },
        { span: '..', rates: 'output 4.2', when: { mode: ['thinking'] } },
      ],
    },
    {
      model: 'qwen3-8b',
      context: 131072,
      output: 8192,
      cards: [
        { span: '..', rates: 'input 0.18, output 0.7' },
        { span: '..', rates: 'output 2.1', when: { mode: ['thinking'] } },
      ],
    },
    {
      model: 'qwen3-next-80b-a3b-instruct',
      context: 131072,
      output: 32768,
      cards: [{ span: '..', rates: 'input 0.5, output 2' }],
    },
    {
      model: 'qwen3-next-80b-a3b-thinking',
      context: 131072,
      output: 32768,
      cards: [{ span: '..', rates: 'input 0.5, output 6' }],
    },
    {
      model: 'qwen2.5-72b-instruct',
      names: ['qwen2.5-72b-instruct', 'qwen2-5-72b-instruct'],
      context: 131072,
      output: 8192,
      cards: [{ span: '..', rates: 'input 1.4, output 5.6' }],
    },
    {
      model: 'qwen2.5-32b-instruct',
      names: ['qwen2.5-32b-instruct', 'qwen2-5-32b-instruct'],
      context: 131072,
      output: 8192,
      cards: [{ span: '..', rates: 'input 0.7, output 2.8' }],
    },
    {
      model: 'qwen2.5-14b-instruct',
      names: ['qwen2.5-14b-instruct', 'qwen2-5-14b-instruct'],
      context: 131072,
      output: 8192,
      cards: [{ span: '..', rates: 'input 0.35, output 1.4' }],
    },
    {
      model: 'qwen2.5-7b-instruct',
      names: ['qwen2.5-7b-instruct', 'qwen2-5-7b-instruct'],
      context: 131072,
      output: 8192,
      cards: [{ span: '..', rates: 'input 0.175, output 0.7' }],
    },
    {
      model: 'qwen2.5-vl-72b-instruct',
      names: ['qwen2.5-vl-72b-instruct', 'qwen2-5-vl-72b-instruct'],
      context: 131072,
      output: 8192,
      cards: [{ span: '..', rates: 'input 2.8, output 8.4' }],
    },
    {
      model: 'qwen-vl-max',
      names: ['qwen-vl-max~', 'qwen-vl-max-latest'],
      context: 131072,
      output: 8192,
      cards: [{ span: '..', rates: 'input 0.8, output 3.2' }],
    },
    {
      model: 'qwen-vl-plus',
      names: ['qwen-vl-plus~', 'qwen-vl-plus-latest'],
      context: 131072,
      output: 8192,
      cards: [{ span: '..', rates: 'input 0.21, output 0.63' }],
    },
  ].map((model) => ({ ...model, publisher: 'alibaba' })),
}

export const ZAI: CuratedHost = {
  host: 'zai',
  title: 'Z.ai',
  names: ['zai', 'z-ai', 'z.ai', 'z_ai'],
  prefixes: ['zai/', 'z-ai/', 'zai-org/'],
  source: 'https://docs.z.ai/guides/overview/pricing',
  checked: CHECKED,
  confidence: 'provider',
  catalogue: 'zai',
  models: [
    {
      model: 'glm-4.6',
      context: 200000,
      output: 128000,
      cards: [{ span: '..', rates: 'input 0.6, cache_read 0.11, output 2.2' }],
    },
    {
      model: 'glm-4.5',
      context: 131072,
      output: 98304,
      cards: [{ span: '..', rates: 'input 0.6, cache_read 0.11, output 2.2' }],
    },
    {
      model: 'glm-4.5-air',
      context: 131072,
      output: 98304,
      cards: [{ span: '..', rates: 'input 0.2, cache_read 0.03, output 1.1' }],
    },
  ],
}

export const DEEPINFRA: CuratedHost = {
  host: 'deepinfra',
  title: 'DeepInfra',
  names: ['deepinfra', 'deep-infra', 'deep_infra'],
  prefixes: ['deepinfra/'],
  source: 'https://github.com/Portkey-AI/models/blob/main/pricing/deepinfra.json',
  checked: CHECKED,
  confidence: 'third_party',
  models: [
    {
      model: 'meta-llama/Llama-4-Scout-17B-16E-Instruct',
      publisher: 'meta',
      context: 327680,
      cards: [{ span: '..', rates: 'input 0.08, output 0.3' }],
    },
    {
      model: 'meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8',
      publisher: 'meta',
      context: 1048576,
      cards: [{ span: '..', rates: 'input 0.15, output 0.6' }],
    },
    {
      model: 'meta-llama/Llama-3.3-70B-Instruct',
      publisher: 'meta',
      context: 131072,
      cards: [{ span: '..', rates: 'input 0.1, output 0.32' }],
    },
    {
      model: 'meta-llama/Llama-3.3-70B-Instruct-Turbo',
      publisher: 'meta',
      context: 131072,
      cards: [{ span: '..', rates: 'input 0.1, output 0.32' }],
    },
    {
      model: 'meta-llama/Meta-Llama-3.1-8B-Instruct',
      publisher: 'meta',
      context: 131072,
      cards: [{ span: '..', rates: 'input 0.02, output 0.05' }],
    },
    {
      model: 'meta-llama/Meta-Llama-3.1-70B-Instruct',
      publisher: 'meta',
      context: 131072,
      cards: [{ span: '..', rates: 'input 0.4, output 0.4' }],
    },
    {
      model: 'deepseek-ai/DeepSeek-R1-0528',
      publisher: 'deepseek',
      context: 163840,
      cards: [{ span: '..', rates: 'input 0.5, cache_read 0.4, output 2.15' }],
    },
    {
      model: 'deepseek-ai/DeepSeek-R1',
      publisher: 'deepseek',
      context: 163840,
      cards: [{ span: '..', rates: 'input 0.5, cache_read 0.4, output 2.15' }],
    },
    {
      model: 'deepseek-ai/DeepSeek-V3',
      publisher: 'deepseek',
      context: 163840,
      cards: [{ span: '..', rates: 'input 0.32, output 0.89' }],
    },
    {
      model: 'deepseek-ai/DeepSeek-V3-0324',
      publisher: 'deepseek',
      context: 163840,
      cards: [{ span: '..', rates: 'input 0.2, cache_read 0.106, output 0.77' }],
    },
    {
      model: 'deepseek-ai/DeepSeek-V3.1',
      publisher: 'deepseek',
      context: 163840,
      cards: [{ span: '..', rates: 'input 0.21, cache_read 0.168, output 0.79' }],
    },
    {
      model: 'deepseek-ai/DeepSeek-V3.1-Terminus',
      publisher: 'deepseek',
      context: 163840,
      cards: [{ span: '..', rates: 'input 0.27, cache_read 0.13, output 0.95' }],
    },
    {
      model: 'deepseek-ai/DeepSeek-V3.2',
      publisher: 'deepseek',
      context: 163840,
      cards: [{ span: '..', rates: 'input 0.26, cache_read 0.13, output 0.38' }],
    },
    {
      model: 'deepseek-ai/DeepSeek-V4-Flash',
      publisher: 'deepseek',
      context: 1048576,
      cards: [{ span: '..', rates: 'input 0.1, cache_read 0.028, output 0.2' }],
    },
    {
      model: 'deepseek-ai/DeepSeek-V4-Pro',
      publisher: 'deepseek',
      context: 1048576,
      cards: [{ span: '..', rates: 'input 1.3, cache_read 0.1, output 2.6' }],
    },
    {
      model: 'deepseek-ai/DeepSeek-R1-Distill-Llama-70B',
      publisher: 'deepseek',
      context: 131072,
      cards: [{ span: '..', rates: 'input 0.7, output 0.8' }],
    },
    {
      model: 'openai/gpt-oss-120b',
      publisher: 'openai',
      context: 131072,
      cards: [{ span: '..', rates: 'input 0.039, output 0.19' }],
    },
    {
      model: 'openai/gpt-oss-20b',
      publisher: 'openai',
      context: 131072,
      cards: [{ span: '..', rates: 'input 0.03, output 0.14' }],
    },
    {
      model: 'Qwen/Qwen3-235B-A22B-Instruct-2507',
      publisher: 'alibaba',
      context: 262144,
      cards: [{ span: '..', rates: 'input 0.071, output 0.1' }],
    },
    {
      model: 'Qwen/Qwen3-235B-A22B-Thinking-2507',
      publisher: 'alibaba',
      context: 262144,
      cards: [{ span: '..', rates: 'input 0.23, output 2.3' }],
    },
    {
      model: 'Qwen/Qwen3-Coder-480B-A35B-Instruct',
      publisher: 'alibaba',
      context: 262144,
      cards: [{ span: '..', rates: 'input 0.4, output 1.6' }],
    },
    {
      model: 'Qwen/Qwen3-Coder-480B-A35B-Instruct-Turbo',
      publisher: 'alibaba',
      context: 262144,
      cards: [{ span: '..', rates: 'input 0.3, cache_read 0.1, output 1' }],
    },
    {
      model: 'Qwen/Qwen3-32B',
      publisher: 'alibaba',
      context: 40960,
      cards: [{ span: '..', rates: 'input 0.08, output 0.28' }],
    },
    {
      model: 'Qwen/Qwen3-30B-A3B',
      publisher: 'alibaba',
      context: 40960,
      cards: [{ span: '..', rates: 'input 0.09, output 0.45' }],
    },
    {
      model: 'Qwen/Qwen3-14B',
      publisher: 'alibaba',
      context: 40960,
      cards: [{ span: '..', rates: 'input 0.12, output 0.24' }],
    },
    {
      model: 'Qwen/Qwen2.5-72B-Instruct',
      publisher: 'alibaba',
      context: 32768,
      cards: [{ span: '..', rates: 'input 0.36, output 0.4' }],
    },
    {
      model: 'Qwen/Qwen2.5-7B-Instruct',
      publisher: 'alibaba',
      context: 32768,
      cards: [{ span: '..', rates: 'input 0.12, output 0.24' }],
    },
    {
      model: 'Qwen/Qwen2.5-Coder-32B-Instruct',
      publisher: 'alibaba',
      context: 32768,
      cards: [{ span: '..', rates: 'input 0.08, output 0.28' }],
    },
    {
      model: 'Qwen/QwQ-32B',
      publisher: 'alibaba',
      context: 131072,
      cards: [{ span: '..', rates: 'input 0.08, output 0.28' }],
    },
    {
      model: 'mistralai/Mistral-7B-Instruct-v0.3',
      publisher: 'mistral',
      context: 32768,
      cards: [{ span: '..', rates: 'input 0.03, output 0.055' }],
    },
    {
      model: 'mistralai/Mixtral-8x7B-Instruct-v0.1',
      publisher: 'mistral',
      context: 32768,
      cards: [{ span: '..', rates: 'input 0.54, output 0.54' }],
    },
    {
      model: 'mistralai/Mistral-Small-24B-Instruct-2501',
      publisher: 'mistral',
      context: 32768,
      cards: [{ span: '..', rates: 'input 0.05, output 0.08' }],
    },
    {
      model: 'mistralai/Mistral-Nemo-Instruct-2407',
      publisher: 'mistral',
      context: 131072,
      cards: [{ span: '..', rates: 'input 0.02, output 0.04' }],
    },
    {
      model: 'moonshotai/Kimi-K2.6',
      publisher: 'moonshot',
      context: 262144,
      cards: [{ span: '..', rates: 'input 0.75, cache_read 0.15, output 3.5' }],
    },
    {
      model: 'zai-org/GLM-5',
      publisher: 'zai',
      context: 202752,
      cards: [{ span: '..', rates: 'input 0.6, cache_read 0.12, output 2.08' }],
    },
    {
      model: 'zai-org/GLM-4.7',
      publisher: 'zai',
      context: 202752,
      cards: [{ span: '..', rates: 'input 0.4, cache_read 0.08, output 1.75' }],
    },
    {
      model: 'google/gemma-3-27b-it',
      publisher: 'google',
      context: 131072,
      cards: [{ span: '..', rates: 'input 0.08, output 0.16' }],
    },
  ],
}

export const SAMBANOVA: CuratedHost = {
  host: 'sambanova',
  title: 'SambaNova Cloud',
  names: ['sambanova', 'samba-nova', 'sambanova-systems', 'sambanova-cloud'],
  prefixes: ['sambanova/'],
  source: 'https://cloud.sambanova.ai/plans/pricing',
  checked: CHECKED,
  confidence: 'third_party',
  models: [
    {
      model: 'DeepSeek-V3.1',
      publisher: 'deepseek',
      context: 131072,
      cards: [{ span: '..', rates: 'input 3, output 4.5' }],
    },
    {
      model: 'DeepSeek-V3.2',
      publisher: 'deepseek',
      context: 131072,
      cards: [{ span: '..', rates: 'input 3, output 4.5' }],
    },
    {
      model: 'MiniMax-M3',
      publisher: 'minimax',
      cards: [{ span: '..', rates: 'input 0.6, cache_read 0.06, output 2.4' }],
    },
  ],
}

/** Search units: one query with up to 100 documents. */
const rerank = (model: string) => ({
  model,
  publisher: 'cohere',
  context: 4096,
  cards: [{ span: '..', rates: 'search_units 2 / 1000' }],
})

export const COHERE: CuratedHost = {
  host: 'cohere',
  title: 'Cohere',
  names: ['cohere', 'cohere-ai'],
  prefixes: ['cohere/'],
  source: 'https://cohere.com/pricing',
  checked: CHECKED,
  confidence: 'provider',
  catalogue: 'cohere',
  models: [
    { model: 'embed-v4.0', context: 128000, cards: [{ span: '..', rates: 'input 0.12, input_image 0.47' }] },
    rerank('rerank-v3.5'),
    rerank('rerank-english-v3.0'),
    rerank('rerank-multilingual-v3.0'),
  ],
}
