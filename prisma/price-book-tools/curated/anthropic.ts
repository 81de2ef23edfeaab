import type { Card, CuratedHost, CuratedModel } from '../shape'

const PAGE = 'https://platform.claude.com/docs/en/about-claude/pricing'
const FAST = 'https://platform.claude.com/docs/en/build-with-claude/fast-mode'

const BATCH = { service_tier: ['batch'] }
const ALL_TIERS = ['batch', 'priority']

interface Sheet {
  readonly span: string
  readonly standard: string
  readonly batch?: string
  readonly long?: string
  readonly longBatch?: string
  readonly fast?: string
  readonly fastLong?: string
  /** Prompt length above which the long card holds; 200,000 unless told. */
  readonly threshold?: number
}

/**
 * The whole request moves to the long card; the premium over 200,000 tokens ended on 2026-03-13 for the 4.6 models.
 * Search is billed alike in every tier and speed. Fetching has no fee, nor has a request to run code: containers are
 * billed by the hour, apart from the call, and only in the cost report. Long and batch discounts
 * stack, as the page states.
 */
function sheet(one: Sheet, searches = true): Card[] {
  const { span } = one
  const LONG = { prompt_tokens: { gt: one.threshold ?? 200000 } }
  const cards: Card[] = [{ span, rates: one.standard }]
  if (one.batch !== undefined) cards.push({ span, rates: one.batch, when: BATCH })
  if (one.long !== undefined) cards.push({ span, rates: one.long, when: LONG })
  if (one.longBatch !== undefined) cards.push({ span, rates: one.longBatch, when: { ...BATCH, ...LONG } })
  // A request says "speed": "fast"; some logs carry the same word as the service tier.
  for (const when of [{ speed: ['fast'] }, { service_tier: ['fast'] }]) {
    if (one.fast !== undefined) cards.push({ span, rates: one.fast, when, source: FAST })
    if (one.fastLong !== undefined) cards.push({ span, rates: one.fastLong, when: { ...when, ...LONG }, source: FAST })
  }
  if (searches) {
    const rates = 'web_search 10 / 1000, web_fetch 0 / 1, code_execution 0 / 1'
    cards.push({ span, rates }, { span, rates, when: { service_tier: [...ALL_TIERS, 'fast'] } })
    if (one.fast !== undefined) cards.push({ span, rates, when: { speed: ['fast'] } })
  }
  return cards
}

const OPUS = 'input 5, cache_read 0.5, cache_write_5m 6.25, cache_write_1h 10, output 25'
const OPUS_HALF = 'input 2.5, cache_read 0.25, cache_write_5m 3.125, cache_write_1h 5, output 12.5'
const OPUS_LONG = 'input 10, cache_read 1, cache_write_5m 12.5, cache_write_1h 20, output 37.5'
const OPUS_LONG_HALF = 'input 5, cache_read 0.5, cache_write_5m 6.25, cache_write_1h 10, output 18.75'
const OPUS_DOUBLE = 'input 10, cache_read 1, cache_write_5m 12.5, cache_write_1h 20, output 50'
const OPUS_SIXFOLD = 'input 30, cache_read 3, cache_write_5m 37.5, cache_write_1h 60, output 150'
const OPUS_SIXFOLD_LONG = 'input 60, cache_read 6, cache_write_5m 75, cache_write_1h 120, output 225'
const OPUS_4 = 'input 15, cache_read 1.5, cache_write_5m 18.75, cache_write_1h 30, output 75'
const OPUS_4_HALF = 'input 7.5, cache_read 0.75, cache_write_5m 9.375, cache_write_1h 15, output 37.5'
const SONNET = 'input 3, cache_read 0.3, cache_write_5m 3.75, cache_write_1h 6, output 15'
const SONNET_HALF = 'input 1.5, cache_read 0.15, cache_write_5m 1.875, cache_write_1h 3, output 7.5'
const SONNET_LONG = 'input 6, cache_read 0.6, cache_write_5m 7.5, cache_write_1h 12, output 22.5'
const SONNET_LONG_HALF = 'input 3, cache_read 0.3, cache_write_5m 3.75, cache_write_1h 6, output 11.25'
const FABLE = 'input 10, cache_read 1, cache_write_5m 12.5, cache_write_1h 20, output 50'
const FABLE_HALF = 'input 5, cache_read 0.5, cache_write_5m 6.25, cache_write_1h 10, output 25'
const FABLE_51 = 'input 10, cache_read 0.25, cache_write_5m 12.5, cache_write_1h 20, output 50'
const FABLE_51_HALF = 'input 5, cache_read 0.125, cache_write_5m 6.25, cache_write_1h 10, output 25'

/** Dotted and reversed spellings some gateways use. */
function spellings(id: string): string[] {
  const match = /^claude-([a-z]+)-(\d+)(?:-(\d+))?$/.exec(id)
  const [, family, major, minor] = match ?? []
  if (family === undefined || major === undefined) return [`${id}~`]
  const dotted = minor === undefined ? major : `${major}.${minor}`
  const dashed = minor === undefined ? major : `${major}-${minor}`
  return [
    ...new Set([
      `${id}~`,
      `claude-${family}-${dotted}~`,
      `claude-${dashed}-${family}~`,
      `claude-${dotted}-${family}~`,
      `${id}-latest`,
    ]),
  ]
}

/** Cards known from release notes and articles alone: nobody here has read the provider's own page for them. */
const reported = (cards: readonly Card[]): Card[] => cards.map((card) => ({ ...card, confidence: 'third_party' }))

const NEW = { context: 1000000, output: 128000 }

const models: CuratedModel[] = [
  {
    model: 'claude-fable-5-2',
    names: spellings('claude-fable-5-2'),
    ...NEW,
    released: '2026-11-09',
    cards: reported(
      sheet({
        span: '2026-11-09..',
        standard: 'input 8, cache_read 0.2, cache_write_5m 10, cache_write_1h 16, output 40',
        batch: 'input 4, cache_read 0.1, cache_write_5m 5, cache_write_1h 8, output 20',
        fast: 'input 16, cache_read 0.4, cache_write_5m 20, cache_write_1h 32, output 80',
      }),
    ),
  },
  {
    model: 'claude-sonnet-5-5',
    names: spellings('claude-sonnet-5-5'),
    ...NEW,
    released: '2026-09-28',
    cards: [
      ...sheet({
        span: '2026-09-28..2026-10-07',
        standard: 'input 2, cache_read 0.2, cache_write_5m 2.5, cache_write_1h 4, output 10',
        batch: 'input 1, cache_read 0.1, cache_write_5m 1.25, cache_write_1h 2, output 5',
      }),
      ...sheet({
        span: '2026-10-07..',
        standard: 'input 2, cache_read 0.1, cache_write_5m 2.5, cache_write_1h 4, output 10',
        batch: 'input 1, cache_read 0.05, cache_write_5m 1.25, cache_write_1h 2, output 5',
      }),
    ],
  },
  {
    model: 'claude-haiku-5-5',
    names: spellings('claude-haiku-5-5'),
    ...NEW,
    released: '2026-10-07',
    note: 'Two cards by prompt length: up to 100,000 tokens, counting cache reads and writes, and above.',
    cards: reported(
      sheet({
        span: '2026-10-07..',
        standard: 'input 0.1, cache_read 0.01, cache_write_5m 0.125, cache_write_1h 0.2, output 0.5',
        batch: 'input 0.05, cache_read 0.005, cache_write_5m 0.0625, cache_write_1h 0.1, output 0.25',
        long: 'input 0.5, cache_read 0.05, cache_write_5m 0.625, cache_write_1h 1, output 2.5',
        longBatch: 'input 0.25, cache_read 0.025, cache_write_5m 0.3125, cache_write_1h 0.5, output 1.25',
        threshold: 100000,
      }),
    ),
  },
  {
    model: 'claude-fable-5-1',
    names: spellings('claude-fable-5-1'),
    ...NEW,
    cards: sheet({ span: '2026-08-01..', standard: FABLE_51, batch: FABLE_51_HALF }),
  },
  {
    model: 'claude-mythos-5-1',
    names: spellings('claude-mythos-5-1'),
    ...NEW,
    cards: sheet({ span: '2026-08-01..', standard: FABLE_51, batch: FABLE_51_HALF }),
  },
  {
    model: 'claude-fable-5',
    names: spellings('claude-fable-5'),
    ...NEW,
    cards: sheet({ span: '2026-06-09..', standard: FABLE, batch: FABLE_HALF }),
  },
  {
    model: 'claude-mythos-5',
    names: spellings('claude-mythos-5'),
    ...NEW,
    cards: sheet({ span: '2026-06-09..', standard: FABLE, batch: FABLE_HALF }),
  },
  {
    model: 'claude-opus-5-5',
    names: spellings('claude-opus-5-5'),
    ...NEW,
    cards: sheet({
      span: '2026-09-23..',
      standard: 'input 4, cache_read 0.2, cache_write_5m 5, cache_write_1h 8, output 20',
      batch: 'input 2, cache_read 0.1, cache_write_5m 2.5, cache_write_1h 4, output 10',
      fast: 'input 8, cache_read 0.4, cache_write_5m 10, cache_write_1h 16, output 40',
    }),
  },
  {
    model: 'claude-opus-5',
    names: spellings('claude-opus-5'),
    ...NEW,
    released: '2026-07-24',
    cards: sheet({ span: '2026-07-24..', standard: OPUS, batch: OPUS_HALF, fast: OPUS_DOUBLE }),
  },
  {
    model: 'claude-opus-4-8',
    names: spellings('claude-opus-4-8'),
    ...NEW,
    cards: sheet({ span: '2026-05-01..', standard: OPUS, batch: OPUS_HALF, fast: OPUS_DOUBLE }),
  },
  {
    model: 'claude-opus-4-7',
    names: spellings('claude-opus-4-7'),
    ...NEW,
    released: '2026-04-16',
    cards: sheet({ span: '2026-04-16..', standard: OPUS, batch: OPUS_HALF }),
  },
  {
    model: 'claude-opus-4-6',
    names: spellings('claude-opus-4-6'),
    ...NEW,
    released: '2026-02-05',
    cards: [
      ...sheet({
        span: '2026-02-05..2026-03-13',
        standard: OPUS,
        batch: OPUS_HALF,
        long: OPUS_LONG,
        longBatch: OPUS_LONG_HALF,
        fast: OPUS_SIXFOLD,
        fastLong: OPUS_SIXFOLD_LONG,
      }),
      ...sheet({ span: '2026-03-13..', standard: OPUS, batch: OPUS_HALF, fast: OPUS_SIXFOLD }),
    ],
  },
  {
    model: 'claude-opus-4-5',
    names: spellings('claude-opus-4-5'),
    context: 200000,
    output: 64000,
    released: '2025-11-24',
    cards: sheet({ span: '2025-11-24..', standard: OPUS, batch: OPUS_HALF }),
  },
  {
    model: 'claude-opus-4-1',
    names: spellings('claude-opus-4-1'),
    context: 200000,
    output: 32000,
    released: '2025-08-05',
    cards: sheet({ span: '2025-08-05..', standard: OPUS_4, batch: OPUS_4_HALF }),
  },
  {
    model: 'claude-opus-4',
    names: ['claude-opus-4~', 'claude-opus-4-0~', 'claude-4-opus~'],
    context: 200000,
    output: 32000,
    released: '2025-05-14',
    cards: sheet({ span: '2025-05-14..', standard: OPUS_4, batch: OPUS_4_HALF }),
  },
  {
    model: 'claude-sonnet-5',
    names: [...spellings('claude-sonnet-5'), 'claude-sonnet-5.0~', 'claude-5.0-sonnet~'],
    ...NEW,
    note: 'A rise to 3/15 announced for 2026-09-01 was cancelled.',
    cards: sheet({
      span: '2026-06-20..',
      standard: 'input 2, cache_read 0.2, cache_write_5m 2.5, cache_write_1h 4, output 10',
      batch: 'input 1, cache_read 0.1, cache_write_5m 1.25, cache_write_1h 2, output 5',
    }),
  },
  {
    model: 'claude-sonnet-4-6',
    names: spellings('claude-sonnet-4-6'),
    context: 1000000,
    output: 64000,
    released: '2026-02-17',
    cards: [
      ...sheet({
        span: '2026-02-17..2026-03-13',
        standard: SONNET,
        batch: SONNET_HALF,
        long: SONNET_LONG,
        longBatch: SONNET_LONG_HALF,
      }),
      ...sheet({ span: '2026-03-13..', standard: SONNET, batch: SONNET_HALF }),
    ],
  },
  {
    model: 'claude-sonnet-4-5',
    names: spellings('claude-sonnet-4-5'),
    context: 1000000,
    output: 64000,
    released: '2025-09-29',
    cards: sheet({
      span: '2025-09-29..',
      standard: SONNET,
      batch: SONNET_HALF,
      long: SONNET_LONG,
      longBatch: SONNET_LONG_HALF,
    }),
  },
  {
    model: 'claude-sonnet-4',
    names: ['claude-sonnet-4~', 'claude-sonnet-4-0~', 'claude-4-sonnet~', 'claude-sonnet-4@20250514'],
    context: 1000000,
    output: 64000,
    released: '2025-05-14',
    note: 'Prompts over 200,000 tokens were allowed, at the long rates, from 2025-08-12.',
    cards: sheet({
      span: '2025-05-14..',
      standard: SONNET,
      batch: SONNET_HALF,
      long: SONNET_LONG,
      longBatch: SONNET_LONG_HALF,
    }),
  },
  {
    model: 'claude-3-7-sonnet-20250219',
    names: [
      'claude-3-7-sonnet-20250219',
      'claude-3-7-sonnet',
      'claude-3-7-sonnet-latest',
      'claude-3.7-sonnet~',
      'claude-sonnet-3.7~',
      'claude-sonnet-3-7~',
    ],
    context: 200000,
    output: 64000,
    cards: sheet({ span: '..', standard: SONNET, batch: SONNET_HALF }),
  },
  {
    model: 'claude-3-5-sonnet',
    names: ['claude-3-5-sonnet~', 'claude-3-5-sonnet-latest', 'claude-3.5-sonnet~'],
    context: 200000,
    output: 8192,
    cards: sheet({ span: '..', standard: SONNET, batch: SONNET_HALF }),
  },
  {
    model: 'claude-haiku-4-5',
    names: spellings('claude-haiku-4-5'),
    context: 200000,
    output: 64000,
    released: '2025-10-15',
    cards: sheet({
      span: '2025-10-15..',
      standard: 'input 1, cache_read 0.1, cache_write_5m 1.25, cache_write_1h 2, output 5',
      batch: 'input 0.5, cache_read 0.05, cache_write_5m 0.625, cache_write_1h 1, output 2.5',
    }),
  },
  {
    model: 'claude-3-5-haiku-20241022',
    names: [
      'claude-3-5-haiku-20241022',
      'claude-3-5-haiku',
      'claude-3-5-haiku-latest',
      'claude-3.5-haiku~',
      'claude-haiku-3-5',
      'claude-haiku-3.5',
    ],
    context: 200000,
    output: 8192,
    released: '2024-10-22',
    cards: [
      {
        span: '2024-10-22..2024-12-01',
        rates: 'input 1, cache_read 0.1, cache_write_5m 1.25, output 5',
        source: 'https://www.anthropic.com/news/3-5-models-and-computer-use',
        confidence: 'third_party',
        note: 'Launch card, lowered at the beginning of December 2024.',
      },
      ...sheet({
        span: '2024-12-01..',
        standard: 'input 0.8, cache_read 0.08, cache_write_5m 1, cache_write_1h 1.6, output 4',
        batch: 'input 0.4, cache_read 0.04, cache_write_5m 0.5, cache_write_1h 0.8, output 2',
      }),
    ],
  },
  {
    model: 'claude-3-opus',
    names: ['claude-3-opus~', 'claude-3-opus-latest'],
    context: 200000,
    output: 4096,
    cards: sheet({ span: '..', standard: OPUS_4, batch: OPUS_4_HALF }, false),
  },
  {
    model: 'claude-3-sonnet',
    names: ['claude-3-sonnet~', 'claude-3-sonnet-latest'],
    context: 200000,
    output: 4096,
    cards: sheet({ span: '..', standard: SONNET, batch: SONNET_HALF }, false),
  },
  {
    model: 'claude-3-haiku',
    names: ['claude-3-haiku~', 'claude-3-haiku-latest'],
    context: 200000,
    output: 4096,
    cards: sheet(
      {
        span: '..',
        standard: 'input 0.25, cache_read 0.03, cache_write_5m 0.3, cache_write_1h 0.5, output 1.25',
        batch: 'input 0.125, cache_read 0.015, cache_write_5m 0.15, cache_write_1h 0.25, output 0.625',
      },
      false,
    ),
  },
  {
    model: 'claude-instant-1.2',
    names: ['claude-instant-1.2', 'claude-instant-1.1', 'claude-instant-1', 'claude-instant-v1'],
    context: 100000,
    output: 4096,
    cards: [
      {
        span: '..',
        rates: 'input 1.63, output 5.51',
        source: 'https://github.com/pydantic/genai-prices/blob/47df840/prices/providers/anthropic.yml',
        confidence: 'catalogue',
      },
    ],
  },
  {
    model: 'claude-2',
    names: ['claude-2', 'claude-2.0', 'claude-2.1', 'claude-v2'],
    context: 200000,
    output: 4096,
    cards: [{ span: '..', rates: 'input 8, output 24', confidence: 'catalogue' }],
  },
]

const RESIDENT = [
  'claude-fable-5-2',
  'claude-sonnet-5-5',
  'claude-haiku-5-5',
  'claude-fable-5-1',
  'claude-mythos-5-1',
  'claude-fable-5',
  'claude-mythos-5',
  'claude-opus-5-5',
  'claude-opus-5',
  'claude-opus-4-8',
  'claude-opus-4-7',
  'claude-opus-4-6',
  'claude-sonnet-5',
  'claude-sonnet-4-6',
]

export const ANTHROPIC: CuratedHost = {
  host: 'anthropic',
  title: 'Anthropic',
  names: ['anthropic', 'claude', 'claude-code', 'anthropic-api'],
  prefixes: ['anthropic/'],
  sameAs: { input_image: 'input', cache_read_image: 'cache_read' },
  source: PAGE,
  checked: '2026-11-23',
  confidence: 'provider',
  catalogue: 'anthropic',
  leaveOut: [
    'claude-3-5-haiku-latest',
    'claude-3-7-sonnet-latest',
    'claude-3-opus-latest',
    'claude-opus-4-0',
    'claude-sonnet-4-0',
  ],
  models,
  multipliers: [
    {
      models: RESIDENT,
      span: '2026-02-05..',
      when: { region: ['us'] },
      factor: '1.1',
      meters: ['*'],
      source: 'https://platform.claude.com/docs/en/build-with-claude/data-residency',
    },
  ],
}
