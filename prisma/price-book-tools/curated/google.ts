import type { Beside, Card, CuratedHost, CuratedModel } from '../shape'

const PAGE = 'https://ai.google.dev/gemini-api/docs/pricing'
const VERTEX_PAGE = 'https://cloud.google.com/vertex-ai/generative-ai/pricing'
const CATALOGUE = 'https://github.com/pydantic/genai-prices/blob/main/prices/providers/google.yml'

/** Gemini Pro prints "prompts > 200k tokens": exactly 200,000 keeps the short card. */
const LONG = { prompt_tokens: { gt: 200000 } }
const BATCH = { service_tier: ['batch'] }
const FLEX_BATCH = { service_tier: ['batch', 'flex'] }

/** Flex is half of the standard price, as the page on service tiers states for all models that offer it. */
function flex(rates: string, long?: string): Card[] {
  const evidence = { span: '..', source: 'https://ai.google.dev/gemini-api/docs/optimization', checked: '2026-11-29' }
  const when = { service_tier: ['flex'] }
  return [
    { ...evidence, rates, when },
    ...(long === undefined ? [] : [{ ...evidence, rates: long, when: { ...when, ...LONG } }]),
  ]
}

const PRO_NAMES = [
  'gemini-2.5-pro~',
  'gemini-2.5-pro-latest',
  'gemini-2.5-pro-preview-03-25',
  'gemini-2.5-pro-preview-05-06',
  'gemini-2.5-pro-preview-06-05',
  'gemini-2.5-pro-preview',
  'gemini-2.5-pro-exp-03-25',
]

function pro3(model: string, names: string[], span: string): CuratedModel {
  return {
    model,
    names,
    context: 1048576,
    output: 65536,
    cards: [
      { span, rates: 'input 2, cache_read 0.2, output 12' },
      { span, rates: 'input 4, cache_read 0.4, output 18', when: LONG },
      { span, rates: 'input 1, output 6', when: BATCH },
      { span, rates: 'input 2, output 9', when: { ...BATCH, ...LONG } },
      ...flex('input 1, output 6', 'input 2, output 9'),
    ],
  }
}

/** Flash models since 3.5: one rate for every kind of input; batch and flex at half, as the page states. */
function flash(
  model: string,
  names: string[],
  cards: readonly (readonly [span: string, rates: string, half: string])[],
): CuratedModel {
  return {
    model,
    names,
    context: 1048576,
    output: 65536,
    cards: cards.flatMap(([span, rates, half]): Card[] => [
      { span, rates },
      { span, rates: half, when: FLEX_BATCH },
    ]),
  }
}

/** Introductory rates of the 3.6 to 3.8 Flash models end with the year 2026. */
const INTRODUCTORY = [
  ['..2027-01-01', 'input 0.75, cache_read 0.075, output 3.75', 'input 0.375, output 1.875'],
  ['2027-01-01..', 'input 1.5, cache_read 0.15, output 7.5', 'input 0.75, output 3.75'],
] as const

const models: CuratedModel[] = [
  flash('gemini-3.8-flash', ['gemini-3.8-flash', 'gemini-3.8-flash-preview'], INTRODUCTORY),
  flash('gemini-3.7-flash', ['gemini-3.7-flash', 'gemini-3.7-flash-preview'], INTRODUCTORY),
  flash(
    'gemini-3.6-flash',
    ['gemini-3.6-flash', 'gemini-3.6-flash-preview'],
    [
      // Lowered between 2026-08-06 and 2026-08-13: the last day the launch rates and the first day these were seen.
      ['2026-07-21..2026-08-13', 'input 1.5, cache_read 0.15, output 7.5', 'input 0.75, output 3.75'],
      ['2026-08-13..2027-01-01', 'input 0.75, cache_read 0.075, output 3.75', 'input 0.375, output 1.875'],
      ['2027-01-01..', 'input 1.5, cache_read 0.15, output 7.5', 'input 0.75, output 3.75'],
    ],
  ),
  flash(
    'gemini-3.5-flash',
    ['gemini-3.5-flash', 'gemini-3.5-flash-preview'],
    [['..', 'input 1.5, cache_read 0.15, output 9', 'input 0.75, output 4.5']],
  ),
  flash(
    'gemini-3.5-flash-lite',
    ['gemini-3.5-flash-lite', 'gemini-3.5-flash-lite-preview'],
    [['..', 'input 0.3, cache_read 0.03, output 2.5', 'input 0.15, output 1.25']],
  ),
  {
    model: 'gemini-3.1-flash-lite',
    names: ['gemini-3.1-flash-lite', 'gemini-3.1-flash-lite-preview'],
    context: 1048576,
    output: 65536,
    cards: [
      { span: '..', rates: 'input 0.25, cache_read 0.025, output 1.5, input_audio 0.5, cache_read_audio 0.05' },
      { span: '..', rates: 'input 0.125, output 0.75, input_audio 0.25', when: FLEX_BATCH },
    ],
  },
  {
    model: 'gemini-2.5-pro',
    names: PRO_NAMES,
    context: 1048576,
    output: 65536,
    released: '2025-06-17',
    cards: [
      { span: '2025-06-17..2026-01-15', rates: 'input 1.25, output 10' },
      { span: '2025-06-17..2026-01-15', rates: 'input 2.5, output 15', when: LONG },
      // A catalogue read the page on this day; the day the cached rate fell to it is not known.
      { span: '2025-10-31..2026-01-15', rates: 'cache_read 0.125', source: CATALOGUE, confidence: 'catalogue' },
      {
        span: '2025-10-31..2026-01-15',
        rates: 'cache_read 0.25',
        when: LONG,
        source: CATALOGUE,
        confidence: 'catalogue',
      },
      { span: '2026-01-15..', rates: 'input 1.25, cache_read 0.125, output 10' },
      { span: '2026-01-15..', rates: 'input 2.5, cache_read 0.25, output 15', when: LONG },
      { span: '2025-07-07..', rates: 'input 0.625, output 5', when: BATCH },
      { span: '2025-07-07..', rates: 'input 1.25, output 7.5', when: { ...BATCH, ...LONG } },
      ...flex('input 0.625, output 5', 'input 1.25, output 7.5'),
    ],
  },
  {
    model: 'gemini-2.5-flash',
    names: [
      'gemini-2.5-flash',
      'gemini-2.5-flash-latest',
      'gemini-2.5-flash-preview-09-2025',
      'gemini-flash-latest@2025-09-25..2026-01-21',
    ],
    context: 1048576,
    output: 65536,
    released: '2025-06-17',
    cards: [
      { span: '2025-06-17..', rates: 'input 0.3, output 2.5, input_audio 1' },
      { span: '2025-10-31..', rates: 'cache_read 0.03, cache_read_audio 0.1' },
      { span: '2025-07-07..', rates: 'input 0.15, output 1.25, input_audio 0.5', when: BATCH },
      ...flex('input 0.15, output 1.25, input_audio 0.5'),
    ],
  },
  {
    model: 'gemini-live-2.5-flash',
    names: [
      'gemini-live-2.5-flash',
      'gemini-live-2.5-flash-preview',
      'gemini-live-2.5-flash-native-audio',
      'gemini-2.5-flash-native-audio-latest',
      'gemini-2.5-flash-native-audio-preview',
      'gemini-2.5-flash-native-audio-preview-09-2025',
      'gemini-2.5-flash-native-audio-preview-12-2025',
    ],
    cards: [
      { span: '..', rates: 'input 0.5, output 2, input_audio 3, output_audio 12' },
      {
        span: '..2026-11-29',
        rates: 'input_video 0.5',
        note: 'Wrong: the rate of text. The page prints one rate for audio and video.',
      },
      { span: '..', rates: 'input_video 3', priority: 1, checked: '2026-11-29' },
    ],
  },
  {
    model: 'gemini-2.5-flash-lite',
    names: [
      'gemini-2.5-flash-lite',
      'gemini-2.5-flash-lite-latest',
      'gemini-2.5-flash-lite-preview-06-17',
      'gemini-2.5-flash-lite-preview-09-2025',
      'gemini-2.5-flash-lite-preview',
    ],
    context: 1048576,
    output: 65536,
    released: '2025-07-22',
    cards: [
      { span: '2025-07-22..2025-11-08', rates: 'input 0.1, output 0.4, input_audio 0.3' },
      { span: '2025-11-08..', rates: 'input 0.1, cache_read 0.01, output 0.4, input_audio 0.3, cache_read_audio 0.03' },
      { span: '2025-07-22..', rates: 'input 0.05, output 0.2, input_audio 0.15', when: BATCH },
      ...flex('input 0.05, output 0.2, input_audio 0.15'),
    ],
  },
  {
    model: 'gemini-2.0-flash',
    names: [
      'gemini-2.0-flash',
      'gemini-2.0-flash-001',
      'gemini-2.0-flash-exp',
      'gemini-2.0-flash-latest',
      'gemini-2.0-flash-thinking-exp',
      'gemini-2.0-flash-thinking-exp-01-21',
      'gemini-2.0-flash-thinking-exp-1219',
    ],
    context: 1048576,
    output: 8192,
    cards: [
      { span: '..', rates: 'input 0.1, cache_read 0.025, output 0.4, input_audio 0.7, cache_read_audio 0.175' },
      { span: '2025-07-07..', rates: 'input 0.05, output 0.2, input_audio 0.35', when: BATCH },
    ],
  },
  {
    model: 'gemini-2.0-flash-lite',
    names: [
      'gemini-2.0-flash-lite',
      'gemini-2.0-flash-lite-001',
      'gemini-2.0-flash-lite-preview',
      'gemini-2.0-flash-lite-preview-02-05',
    ],
    context: 1048576,
    output: 8192,
    cards: [{ span: '..', rates: 'input 0.075, output 0.3' }],
  },
  {
    model: 'gemini-3-flash-preview',
    names: ['gemini-3-flash-preview', 'gemini-3-flash'],
    context: 1048576,
    output: 65536,
    released: '2025-12-17',
    cards: [
      { span: '2025-12-17..', rates: 'input 0.5, cache_read 0.05, output 3, input_audio 1, cache_read_audio 0.1' },
      { span: '2025-12-17..', rates: 'input 0.9, cache_read 0.09, output 5.4', when: { service_tier: ['priority'] } },
      { span: '2025-12-17..', rates: 'input 0.25, output 1.5, input_audio 0.5', when: FLEX_BATCH },
    ],
  },
  pro3(
    'gemini-3-pro-preview',
    ['gemini-3-pro-preview', 'gemini-3-pro-preview-11-2025', 'gemini-3-pro-text-preview', 'gemini-3-pro'],
    '2025-11-18..',
  ),
  pro3(
    'gemini-3.1-pro-preview',
    ['gemini-3.1-pro-preview', 'gemini-3.1-pro-preview-customtools', 'gemini-3.1-pro'],
    '2026-02-19..',
  ),
  {
    model: 'gemini-1.5-flash-8b',
    names: ['gemini-1.5-flash-8b', 'gemini-1.5-flash-8b-001', 'gemini-1.5-flash-8b-latest', 'gemini-flash-1.5-8b'],
    context: 1000000,
    output: 8192,
    cards: [
      { span: '..', rates: 'input 0.0375, cache_read 0.01, output 0.15' },
      { span: '..', rates: 'input 0.075, cache_read 0.02, output 0.3', when: { prompt_tokens: { gt: 128000 } } },
    ],
  },
  {
    model: 'gemini-1.5-pro',
    names: ['gemini-1.5-pro', 'gemini-1.5-pro-001', 'gemini-1.5-pro-002', 'gemini-1.5-pro-latest', 'gemini-pro-1.5'],
    context: 2000000,
    output: 8192,
    cards: [
      { span: '..', rates: 'input 1.25, cache_read 0.3125, output 5' },
      { span: '..', rates: 'input 2.5, cache_read 0.625, output 10', when: { prompt_tokens: { gt: 128000 } } },
    ],
  },
  {
    model: 'gemini-1.5-flash',
    names: [
      'gemini-1.5-flash',
      'gemini-1.5-flash-001',
      'gemini-1.5-flash-002',
      'gemini-1.5-flash-latest',
      'gemini-flash-1.5',
    ],
    context: 1000000,
    output: 8192,
    cards: [
      { span: '..', rates: 'input 0.075, cache_read 0.01875, output 0.3' },
      { span: '..', rates: 'input 0.15, cache_read 0.0375, output 0.6', when: { prompt_tokens: { gt: 128000 } } },
    ],
  },
]

/** Gemma is free of charge on this API, with no paid tier; the page says so. */
const GEMMA = [
  'gemma-4-31b-it',
  'gemma-4-26b-a4b-it',
  'gemma-3-27b-it',
  'gemma-3-12b-it',
  'gemma-3-4b-it',
  'gemma-3-1b-it',
  'gemma-3n-e4b-it',
  'gemma-3n-e2b-it',
].map((model): CuratedModel => ({ model, publisher: 'google', cards: [{ span: '..', rates: 'input 0, output 0' }] }))

/** Google's catalogue entry keeps a premium over 200,000 tokens that ended on the day it ended at Anthropic. */
const OPUS_46: CuratedModel = {
  model: 'claude-opus-4-6',
  names: ['claude-opus-4-6~', 'claude-4-6-opus~', 'claude-opus-4.6~', 'claude-4.6-opus~'],
  publisher: 'anthropic',
  context: 1000000,
  output: 128000,
  cards: [
    {
      span: '..',
      rates: 'input 5, cache_read 0.5, cache_write_5m 6.25, output 25',
      source: CATALOGUE,
      confidence: 'catalogue',
    },
    {
      span: '..2026-03-13',
      rates: 'input 10, cache_read 1, cache_write_5m 12.5, output 37.5',
      when: LONG,
      source: CATALOGUE,
      confidence: 'catalogue',
      note: 'The premium ended on Vertex AI on the day it ended at Anthropic: claude.com/blog/1m-context-ga.',
    },
  ],
}

const SAME_AS = {
  input_image: 'input',
  input_video: 'input',
  cache_read_image: 'cache_read',
  cache_read_video: 'cache_read',
  // Only where a model has no audio rate of its own: its page then prints one rate for text, image, video and audio.
  input_audio: 'input',
  cache_read_audio: 'cache_read',
}

const SHARED = {
  sameAs: SAME_AS,
  checked: '2026-11-23',
  catalogue: 'google',
  leaveOut: ['gemini-flash-1.5', 'gemini-flash-1.5-8b', 'gemini-pro-1.5'],
  // Speech is all these answer with, and what the page prints as the price of their output.
  beside: {
    'gemini-2.5-flash-tts': { sameAs: { output_audio: 'output' } },
    'gemini-2.5-pro-tts': { sameAs: { output_audio: 'output' } },
    'gemini-2.5-flash-lite-preview-tts': { sameAs: { output_audio: 'output' } },
  },
} as const

export const GOOGLE: CuratedHost = {
  host: 'google',
  title: 'Google Gemini API',
  names: [
    'google',
    'gemini',
    'google-ai-studio',
    'google-gemini',
    'google_ai_studio',
    'googleai',
    'google-genai',
    'gemini-api',
    'gemini-cli',
    'gcp.gemini',
  ],
  prefixes: ['models/', 'google/', 'gemini/'],
  serviceTiers: { on_demand: 'standard' },
  source: PAGE,
  confidence: 'provider',
  ...SHARED,
  models: [...models, ...GEMMA, OPUS_46],
}

/** Locations of Google Cloud other than "global". */
const LOCATIONS = [
  'us',
  'eu',
  'us-central1',
  'us-east1',
  'us-east4',
  'us-east5',
  'us-south1',
  'us-west1',
  'us-west4',
  'northamerica-northeast1',
  'southamerica-east1',
  'europe-west1',
  'europe-west2',
  'europe-west3',
  'europe-west4',
  'europe-west6',
  'europe-west8',
  'europe-west9',
  'europe-central2',
  'europe-north1',
  'europe-southwest1',
  'asia-east1',
  'asia-east2',
  'asia-northeast1',
  'asia-northeast3',
  'asia-south1',
  'asia-southeast1',
  'australia-southeast1',
  'me-central1',
  'me-central2',
  'me-west1',
  'africa-south1',
]

/** Fees with a "per" and prices by service tier are the Gemini API's own; Vertex prints the same token cards. */
const cloudCards = (cards: readonly Card[]): Card[] =>
  cards.map((card) => ({ ...card, source: VERTEX_PAGE, confidence: 'catalogue' as const }))

const GATEWAY = 'https://github.com/Portkey-AI/models/blob/main/pricing/vertex-ai.json'
const OTHER_HOST = 'Wrong: the card of the Gemini API. Vertex AI asked more for this model.'

/** The one Gemini model whose tokens cost more on Vertex AI than on the Gemini API. */
const FLASH_20: readonly Card[] = [
  {
    span: '..2026-11-29',
    rates: 'input 0.1, cache_read 0.025, output 0.4, input_audio 0.7, cache_read_audio 0.175',
    confidence: 'catalogue',
    note: OTHER_HOST,
  },
  {
    span: '2025-07-07..2026-11-29',
    rates: 'input 0.05, output 0.2, input_audio 0.35',
    when: BATCH,
    confidence: 'catalogue',
    note: OTHER_HOST,
  },
  {
    span: '..',
    rates: 'input 0.15, cache_read 0.0375, output 0.6',
    priority: 1,
    source: GATEWAY,
    checked: '2026-11-29',
    confidence: 'third_party',
  },
  {
    span: '..',
    rates: 'input 0.075, output 0.3',
    when: BATCH,
    priority: 1,
    source: GATEWAY,
    checked: '2026-11-29',
    confidence: 'third_party',
  },
]

const GATEWAY_EVIDENCE = { source: GATEWAY, checked: '2026-11-29', confidence: 'third_party' } as const

/** Claude's writes for an hour and its batches, which the catalogue does not list. Only short prompts where long ones cost more. */
function claudeBeside(hour: string, batch: string, shortOnly = false, span = '..'): Beside {
  const upTo = shortOnly ? { prompt_tokens: { lte: 200000 } } : {}
  return {
    cards: [
      {
        span,
        rates: `cache_write_1h ${hour}`,
        ...(shortOnly ? { when: upTo } : {}),
        ...GATEWAY_EVIDENCE,
      },
      { span, rates: batch, when: { ...BATCH, ...upTo }, ...GATEWAY_EVIDENCE },
    ],
  }
}

/** Claude on Vertex AI that the catalogue does not know. */
const claudeOn = (model: string, rates: string, batch: string): CuratedModel => ({
  model,
  names: [`${model}~`],
  publisher: 'anthropic',
  cards: [
    { span: '..', rates, ...GATEWAY_EVIDENCE },
    { span: '..', rates: batch, when: BATCH, ...GATEWAY_EVIDENCE },
  ],
})

export const VERTEX: CuratedHost = {
  host: 'vertex',
  title: 'Google Vertex AI',
  names: [
    'vertex',
    'vertex-ai',
    'vertex_ai',
    'vertexai',
    'google-vertex',
    'google_vertex',
    'google-vertex-ai',
    'gcp.vertex_ai',
    'gcp_vertex',
    'google-cloud',
  ],
  prefixes: [
    'projects/*/models/',
    'publishers/google/models/',
    'publishers/anthropic/models/',
    'models/',
    'google/',
    'anthropic/',
    'vertex_ai/',
  ],
  serviceTiers: { on_demand: 'standard' },
  source: VERTEX_PAGE,
  confidence: 'catalogue',
  ...SHARED,
  beside: {
    ...SHARED.beside,
    'claude-4-opus': claudeBeside('30', 'input 7.5, output 37.5'),
    'claude-4-sonnet': claudeBeside('6', 'input 1.5, output 7.5', true),
    'claude-sonnet-4-5': claudeBeside('6', 'input 1.5, output 7.5', true),
    'claude-sonnet-4-6': claudeBeside('6', 'input 1.5, output 7.5'),
    'claude-opus-4-6': claudeBeside('10', 'input 2.5, output 12.5', false, '2026-03-13..'),
    'claude-opus-4-7': claudeBeside('10', 'input 2.5, output 12.5'),
    'claude-opus-4-8': claudeBeside('10', 'input 2.5, output 12.5'),
    'claude-opus-5': claudeBeside('10', 'input 2.5, output 12.5'),
    'claude-fable-5': claudeBeside('20', 'input 5, output 25'),
  },
  models: [
    ...models.map((model) => ({
      ...model,
      publisher: 'google',
      cards: model.model === 'gemini-2.0-flash' ? FLASH_20 : cloudCards(model.cards),
    })),
    OPUS_46,
    claudeOn(
      'claude-opus-4-5',
      'input 5, cache_read 0.5, cache_write_5m 6.25, cache_write_1h 10, output 25',
      'input 2.5, output 12.5',
    ),
    claudeOn(
      'claude-sonnet-5',
      'input 2, cache_read 0.2, cache_write_5m 2.5, cache_write_1h 4, output 10',
      'input 1, output 5',
    ),
    {
      model: 'claude-haiku-4-5',
      names: ['claude-haiku-4-5~'],
      publisher: 'anthropic',
      context: 200000,
      output: 64000,
      cards: [
        { span: '2025-10-15..', rates: 'input 1, cache_read 0.1, cache_write_5m 1.25, cache_write_1h 2, output 5' },
      ],
    },
  ],
  multipliers: [
    {
      models: [
        'claude-haiku-4-5',
        'claude-sonnet-4-5',
        'claude-sonnet-4-6',
        'claude-sonnet-5',
        'claude-opus-4-5',
        'claude-opus-4-6',
        'claude-opus-4-7',
        'claude-opus-4-8',
        'claude-opus-5',
        'claude-opus-5-5',
        'claude-fable-5',
        'claude-fable-5-1',
      ],
      span: '2025-09-29..',
      when: { region: LOCATIONS },
      factor: '1.1',
      meters: ['*'],
      source: 'https://platform.claude.com/docs/en/about-claude/pricing',
    },
    {
      models: ['gemini-3.5-flash', 'gemini-3.5-flash-lite'],
      span: '2026-07-01..',
      when: { region: LOCATIONS },
      factor: '1.1',
      meters: ['*'],
      source: 'https://github.com/BerriAI/litellm/pull/37543',
      confidence: 'third_party',
      note: 'Since July 2026; the day is not known.',
    },
  ],
}
