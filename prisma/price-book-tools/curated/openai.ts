import type { Card, CuratedHost, CuratedModel } from '../shape'

const PAGE = 'https://developers.openai.com/api/docs/pricing'
const CACHING = 'https://platform.openai.com/docs/guides/prompt-caching'
const FAST = 'https://openai.com/api-fast-mode/'
const CHANGES = 'https://developers.openai.com/changelog/'

/** OpenAI prints standard rates for prompts under 272K tokens: the long card begins at 272,000. */
const LONG = { prompt_tokens: { gte: 272000 } }
const ALL_TIERS = ['batch', 'flex', 'priority']

function tier(name: 'batch' | 'flex' | 'priority', span: string, rates: string, long?: string): Card[] {
  const source = name === 'priority' ? FAST : PAGE
  const when = { service_tier: [name] }
  return [
    { span, rates, when, source },
    ...(long === undefined ? [] : [{ span, rates: long, when: { ...when, ...LONG }, source }]),
  ]
}

/** Before GPT-5 the caching discount does not hold in batch, as the caching guide states: cached tokens are input. */
function uncachedBatch(span: string, input: string, output: string): Card[] {
  const when = { service_tier: ['batch'] }
  return [
    { span, rates: `input ${input}, output ${output}`, when },
    { span, rates: `cache_read ${input}`, when, source: CACHING },
  ]
}

/** Batch and flex share one card on the page since GPT-5. */
function half(span: string, rates: string, long?: string): Card[] {
  return [...tier('batch', span, rates, long), ...tier('flex', span, rates, long)]
}

/** Tool fees are the same in every service tier; a search's own tokens are billed as input, a container by its session. */
function searches(span: string): Card[] {
  const rates = 'web_search 10 / 1000, file_search 2.5 / 1000, storage_search 2.5 / 1000, code_execution 0.03 / 1'
  return [
    { span, rates },
    { span, rates, when: { service_tier: ALL_TIERS } },
  ]
}

const flat = (span: string, rates: string): Card => ({ span, rates })
const long = (span: string, rates: string): Card => ({ span, rates, when: LONG })

/** GPT-6 pages say "more than 272K": exactly 272,000 keeps the short card. Batch, flex and fast print short cards only. */
function six(span: string, short: string, over: string, halved: string, fast: string): Card[] {
  const upTo = { prompt_tokens: { lte: 272000 } }
  return [
    flat(span, short),
    { span, rates: over, when: { prompt_tokens: { gt: 272000 } } },
    ...['batch', 'flex'].map((name): Card => ({ span, rates: halved, when: { service_tier: [name], ...upTo } })),
    { span, rates: fast, when: { service_tier: ['priority'], ...upTo } },
    ...searches(span),
  ]
}

/** Cards known from release notes and articles alone: nobody here has read the provider's own page for them. */
const reported = (cards: readonly Card[]): Card[] => cards.map((card) => ({ ...card, confidence: 'third_party' }))

/** GPT-5.6 and later, where every tier prints a short and a long card. */
const models: CuratedModel[] = [
  {
    model: 'gpt-6.1-terra',
    names: ['gpt-6.1-terra~'],
    context: 1050000,
    output: 128000,
    cards: reported(
      six(
        '..',
        'input 1, cache_read 0.05, cache_write_5m 1.25, output 5',
        'input 2, cache_read 0.1, cache_write_5m 2.5, output 7.5',
        'input 0.5, cache_read 0.025, output 2.5',
        'input 2, cache_read 0.1, output 10',
      ),
    ),
  },
  {
    model: 'gpt-6.1-sol',
    names: ['gpt-6.1-sol~'],
    context: 1050000,
    output: 128000,
    released: '2026-09-29',
    cards: reported(
      six(
        '2026-09-29..',
        'input 2, cache_read 0.1, cache_write_5m 2.5, output 10',
        'input 4, cache_read 0.2, cache_write_5m 5, output 15',
        'input 1, cache_read 0.05, output 5',
        'input 4, cache_read 0.2, output 20',
      ),
    ),
  },
  {
    model: 'gpt-6-sol',
    names: ['gpt-6-sol~'],
    context: 1050000,
    output: 128000,
    released: '2026-09-22',
    cards: six(
      '2026-09-22..',
      'input 2, cache_read 0.2, cache_write_5m 2.5, output 10',
      'input 4, cache_read 0.4, cache_write_5m 5, output 15',
      'input 1, cache_read 0.1, output 5',
      'input 4, cache_read 0.4, output 20',
    ),
  },
  {
    model: 'gpt-6-luna',
    names: ['gpt-6-luna~'],
    context: 1050000,
    output: 128000,
    released: '2026-09-22',
    cards: six(
      '2026-09-22..',
      'input 0.1, cache_read 0.01, cache_write_5m 0.125, output 0.5',
      'input 0.2, cache_read 0.02, cache_write_5m 0.25, output 0.75',
      'input 0.05, cache_read 0.005, output 0.25',
      'input 0.2, cache_read 0.02, output 1',
    ),
  },
  {
    model: 'gpt-6-astra',
    names: ['gpt-6-astra~'],
    context: 1050000,
    output: 128000,
    cards: [
      flat('..', 'input 10, cache_read 1, cache_write_5m 12.5, output 50'),
      long('..', 'input 20, cache_read 2, cache_write_5m 25, output 75'),
      ...half(
        '..',
        'input 5, cache_read 0.5, cache_write_5m 6.25, output 25',
        'input 10, cache_read 1, cache_write_5m 12.5, output 37.5',
      ),
      ...tier(
        'priority',
        '..',
        'input 20, cache_read 2, cache_write_5m 25, output 100',
        'input 40, cache_read 4, cache_write_5m 50, output 150',
      ),
      ...searches('..'),
    ],
  },
  {
    model: 'gpt-5.6-sol',
    names: ['gpt-5.6-sol~', 'gpt-5-6-sol~', 'gpt-5.6', 'gpt-5-6'],
    context: 1050000,
    output: 128000,
    released: '2026-07-09',
    cards: [
      flat('2026-07-09..2026-08-21', 'input 5, cache_read 0.5, cache_write_5m 6.25, output 30'),
      long('2026-07-09..2026-08-21', 'input 10, cache_read 1, cache_write_5m 12.5, output 45'),
      ...half(
        '2026-07-09..2026-08-21',
        'input 2.5, cache_read 0.25, cache_write_5m 3.125, output 15',
        'input 5, cache_read 0.5, cache_write_5m 6.25, output 22.5',
      ),
      ...tier('priority', '2026-07-09..2026-08-21', 'input 10, cache_read 1, cache_write_5m 12.5, output 60'),
      { ...flat('2026-08-21..', 'input 4, cache_read 0.4, cache_write_5m 5, output 20'), source: CHANGES },
      { ...long('2026-08-21..', 'input 8, cache_read 0.8, cache_write_5m 10, output 30'), source: CHANGES },
      ...half(
        '2026-08-21..',
        'input 2, cache_read 0.2, cache_write_5m 2.5, output 10',
        'input 4, cache_read 0.4, cache_write_5m 5, output 15',
      ),
      ...tier(
        'priority',
        '2026-08-21..',
        'input 8, cache_read 0.8, cache_write_5m 10, output 40',
        'input 16, cache_read 1.6, cache_write_5m 20, output 60',
      ),
      ...searches('2026-07-09..'),
    ],
  },
  {
    model: 'gpt-5.6-terra',
    names: ['gpt-5.6-terra~', 'gpt-5-6-terra~'],
    context: 1050000,
    output: 128000,
    released: '2026-07-09',
    cards: [
      flat('2026-07-09..2026-07-30', 'input 2.5, cache_read 0.25, cache_write_5m 3.125, output 15'),
      long('2026-07-09..2026-07-30', 'input 5, cache_read 0.5, cache_write_5m 6.25, output 22.5'),
      ...half(
        '2026-07-09..2026-07-30',
        'input 1.25, cache_read 0.125, cache_write_5m 1.5625, output 7.5',
        'input 2.5, cache_read 0.25, cache_write_5m 3.125, output 11.25',
      ),
      ...tier('priority', '2026-07-09..2026-07-30', 'input 5, cache_read 0.5, cache_write_5m 6.25, output 30'),
      { ...flat('2026-07-30..', 'input 2, cache_read 0.2, cache_write_5m 2.5, output 12'), source: CHANGES },
      { ...long('2026-07-30..', 'input 4, cache_read 0.4, cache_write_5m 5, output 18'), source: CHANGES },
      ...half(
        '2026-07-30..',
        'input 1, cache_read 0.1, cache_write_5m 1.25, output 6',
        'input 2, cache_read 0.2, cache_write_5m 2.5, output 9',
      ),
      ...tier(
        'priority',
        '2026-07-30..',
        'input 4, cache_read 0.4, cache_write_5m 5, output 24',
        'input 8, cache_read 0.8, cache_write_5m 10, output 36',
      ),
      ...searches('2026-07-09..'),
    ],
  },
  {
    model: 'gpt-5.6-luna',
    names: ['gpt-5.6-luna~', 'gpt-5-6-luna~'],
    context: 1050000,
    output: 128000,
    released: '2026-07-09',
    cards: [
      flat('2026-07-09..2026-07-30', 'input 1, cache_read 0.1, cache_write_5m 1.25, output 6'),
      long('2026-07-09..2026-07-30', 'input 2, cache_read 0.2, cache_write_5m 2.5, output 9'),
      ...half(
        '2026-07-09..2026-07-30',
        'input 0.5, cache_read 0.05, cache_write_5m 0.625, output 3',
        'input 1, cache_read 0.1, cache_write_5m 1.25, output 4.5',
      ),
      ...tier('priority', '2026-07-09..2026-07-30', 'input 2, cache_read 0.2, cache_write_5m 2.5, output 12'),
      { ...flat('2026-07-30..', 'input 0.2, cache_read 0.02, cache_write_5m 0.25, output 1.2'), source: CHANGES },
      { ...long('2026-07-30..', 'input 0.4, cache_read 0.04, cache_write_5m 0.5, output 1.8'), source: CHANGES },
      ...half(
        '2026-07-30..',
        'input 0.1, cache_read 0.01, cache_write_5m 0.125, output 0.6',
        'input 0.2, cache_read 0.02, cache_write_5m 0.25, output 0.9',
      ),
      ...tier(
        'priority',
        '2026-07-30..',
        'input 0.4, cache_read 0.04, cache_write_5m 0.5, output 2.4',
        'input 0.8, cache_read 0.08, cache_write_5m 1, output 3.6',
      ),
      ...searches('2026-07-09..'),
    ],
  },
  {
    model: 'gpt-5.5',
    names: [
      'gpt-5.5~',
      'gpt-5-5~',
      'gpt-5.5-chat',
      'gpt-5.5-chat-latest',
      'gpt-5-5-chat',
      'gpt-5-5-chat-latest',
      'gpt-5.5-codex',
      'gpt-5-5-codex',
    ],
    context: 1050000,
    output: 128000,
    released: '2026-04-23',
    cards: [
      flat('2026-04-23..', 'input 5, cache_read 0.5, output 30'),
      long('2026-04-23..', 'input 10, cache_read 1, output 45'),
      ...half('2026-04-23..', 'input 2.5, cache_read 0.25, output 15', 'input 5, cache_read 0.5, output 22.5'),
      ...tier('priority', '2026-04-23..', 'input 12.5, cache_read 1.25, output 75'),
      ...searches('2026-04-23..'),
    ],
  },
  {
    model: 'gpt-5.5-pro',
    names: ['gpt-5.5-pro~', 'gpt-5-5-pro~'],
    context: 1050000,
    output: 128000,
    released: '2026-04-23',
    cards: [
      flat('2026-04-23..', 'input 30, output 180'),
      long('2026-04-23..', 'input 60, output 270'),
      ...half('2026-04-23..', 'input 15, output 90', 'input 30, output 135'),
      ...searches('2026-04-23..'),
    ],
  },
  {
    model: 'gpt-5.4',
    names: ['gpt-5.4~', 'gpt-5-4~'],
    context: 1050000,
    output: 128000,
    released: '2026-03-05',
    cards: [
      flat('2026-03-05..', 'input 2.5, cache_read 0.25, output 15'),
      long('2026-03-05..', 'input 5, cache_read 0.5, output 22.5'),
      ...half(
        '2026-03-05..',
        'input 1.25, cache_read 0.13, output 7.5',
        'input 2.5, cache_read 0.25, output 11.25',
      ).map((card) =>
        card.rates.includes('0.13')
          ? {
              ...card,
              note: 'The page prints the cached rate with two decimals: 0.13, where half of 0.25 would be 0.125.',
            }
          : card,
      ),
      ...tier('priority', '2026-03-05..', 'input 5, cache_read 0.5, output 30'),
      ...searches('2026-03-05..'),
    ],
  },
  {
    model: 'gpt-5.4-pro',
    names: ['gpt-5.4-pro~', 'gpt-5-4-pro~'],
    context: 1050000,
    output: 128000,
    released: '2026-03-05',
    cards: [
      flat('2026-03-05..', 'input 30, output 180'),
      long('2026-03-05..', 'input 60, output 270'),
      ...half('2026-03-05..', 'input 15, output 90', 'input 30, output 135'),
      ...searches('2026-03-05..'),
    ],
  },
  {
    model: 'gpt-5.4-mini',
    names: ['gpt-5.4-mini~', 'gpt-5-4-mini~'],
    context: 400000,
    output: 128000,
    released: '2026-03-17',
    cards: [
      flat('2026-03-17..', 'input 0.75, cache_read 0.075, output 4.5'),
      ...half('2026-03-17..', 'input 0.375, cache_read 0.0375, output 2.25'),
      ...tier('priority', '2026-03-17..', 'input 1.5, cache_read 0.15, output 9'),
      ...searches('2026-03-17..'),
    ],
  },
  {
    model: 'gpt-5.4-nano',
    names: ['gpt-5.4-nano~', 'gpt-5-4-nano~'],
    context: 400000,
    output: 128000,
    released: '2026-03-17',
    cards: [
      flat('2026-03-17..', 'input 0.2, cache_read 0.02, output 1.25'),
      ...half('2026-03-17..', 'input 0.1, cache_read 0.01, output 0.625'),
      ...searches('2026-03-17..'),
    ],
  },
  {
    model: 'gpt-5.2',
    names: [
      'gpt-5.2~',
      'gpt-5-2~',
      'gpt-5.2-chat',
      'gpt-5.2-chat-latest',
      'gpt-5-2-chat',
      'gpt-5-2-chat-latest',
      'gpt-5.2-codex',
      'gpt-5-2-codex',
    ],
    context: 400000,
    output: 128000,
    released: '2025-12-11',
    cards: [
      flat('2025-12-11..', 'input 1.75, cache_read 0.175, output 14'),
      ...half('2025-12-11..', 'input 0.875, cache_read 0.0875, output 7'),
      ...tier('priority', '2025-12-11..', 'input 3.5, cache_read 0.35, output 28'),
      ...searches('2025-12-11..'),
    ],
  },
  {
    model: 'gpt-5.2-pro',
    names: ['gpt-5.2-pro~', 'gpt-5-2-pro~'],
    context: 400000,
    output: 128000,
    released: '2025-12-11',
    cards: [
      flat('2025-12-11..', 'input 21, output 168'),
      ...tier('batch', '2025-12-11..', 'input 10.5, output 84'),
      ...searches('2025-12-11..'),
    ],
  },
  {
    model: 'gpt-5.1',
    names: [
      'gpt-5.1~',
      'gpt-5-1~',
      'gpt-5.1-codex',
      'gpt-5.1-codex-max',
      'gpt-5.1-chat',
      'gpt-5.1-chat-latest',
      'gpt-5-1-codex',
      'gpt-5-1-codex-max',
      'gpt-5-1-chat',
      'gpt-5-1-chat-latest',
    ],
    context: 400000,
    output: 128000,
    released: '2025-11-13',
    cards: [
      flat('2025-11-13..', 'input 1.25, cache_read 0.125, output 10'),
      ...half('2025-11-13..', 'input 0.625, cache_read 0.0625, output 5'),
      ...tier('priority', '2025-11-13..', 'input 2.5, cache_read 0.25, output 20'),
      ...searches('2025-11-13..'),
    ],
  },
  {
    model: 'gpt-5',
    names: ['gpt-5~', 'gpt-5-chat', 'gpt-5-chat-latest', 'gpt-5-codex'],
    context: 400000,
    output: 128000,
    released: '2025-08-07',
    cards: [
      flat('2025-08-07..', 'input 1.25, cache_read 0.125, output 10'),
      ...half('2025-08-07..', 'input 0.625, cache_read 0.0625, output 5'),
      ...tier('priority', '2025-08-07..', 'input 2.5, cache_read 0.25, output 20'),
      ...searches('2025-08-07..'),
    ],
  },
  {
    model: 'gpt-5-mini',
    names: ['gpt-5-mini~'],
    context: 400000,
    output: 128000,
    released: '2025-08-07',
    cards: [
      flat('2025-08-07..', 'input 0.25, cache_read 0.025, output 2'),
      ...half('2025-08-07..', 'input 0.125, cache_read 0.0125, output 1'),
      ...tier('priority', '2025-08-07..', 'input 0.45, cache_read 0.045, output 3.6'),
      ...searches('2025-08-07..'),
    ],
  },
  {
    model: 'gpt-5-nano',
    names: ['gpt-5-nano~'],
    context: 400000,
    output: 128000,
    released: '2025-08-07',
    cards: [
      flat('2025-08-07..', 'input 0.05, cache_read 0.005, output 0.4'),
      ...half('2025-08-07..', 'input 0.025, cache_read 0.0025, output 0.2'),
      ...searches('2025-08-07..'),
    ],
  },
  {
    model: 'gpt-5-pro',
    names: ['gpt-5-pro~'],
    context: 400000,
    output: 272000,
    released: '2025-10-06',
    cards: [
      flat('2025-10-06..', 'input 15, output 120'),
      ...tier('batch', '2025-10-06..', 'input 7.5, output 60'),
      ...searches('2025-10-06..'),
    ],
  },
  {
    model: 'gpt-4.1',
    names: ['gpt-4.1~'],
    context: 1047576,
    output: 32768,
    released: '2025-04-14',
    cards: [
      flat('2025-04-14..', 'input 2, cache_read 0.5, output 8'),
      ...uncachedBatch('2025-04-14..', '1', '4'),
      ...tier('priority', '2025-04-14..', 'input 3.5, cache_read 0.875, output 14'),
      ...searches('2025-04-14..'),
    ],
  },
  {
    model: 'gpt-4.1-mini',
    names: ['gpt-4.1-mini~'],
    context: 1047576,
    output: 32768,
    released: '2025-04-14',
    cards: [
      flat('2025-04-14..', 'input 0.4, cache_read 0.1, output 1.6'),
      ...uncachedBatch('2025-04-14..', '0.2', '0.8'),
      ...tier('priority', '2025-04-14..', 'input 0.7, cache_read 0.175, output 2.8'),
      ...searches('2025-04-14..'),
    ],
  },
  {
    model: 'gpt-4.1-nano',
    names: ['gpt-4.1-nano~'],
    context: 1047576,
    output: 32768,
    released: '2025-04-14',
    cards: [
      flat('2025-04-14..', 'input 0.1, cache_read 0.025, output 0.4'),
      ...uncachedBatch('2025-04-14..', '0.05', '0.2'),
      ...tier('priority', '2025-04-14..', 'input 0.2, cache_read 0.05, output 0.8'),
    ],
  },
  {
    model: 'gpt-4o',
    names: ['gpt-4o@2024-10-02..', 'gpt-4o-2024-08-06', 'gpt-4o-2024-11-20'],
    context: 128000,
    output: 16384,
    released: '2024-05-13',
    note: 'The name moved to the 2024-08-06 snapshot, and its card, on 2024-10-02; cache reads have a price since then.',
    cards: [
      flat('2024-08-06..2024-10-02', 'input 2.5, output 10'),
      flat('2024-10-02..', 'input 2.5, cache_read 1.25, output 10'),
      ...uncachedBatch('2024-10-02..', '1.25', '5'),
      ...tier('priority', '2024-10-02..', 'input 4.25, cache_read 2.125, output 17'),
      ...searches('2024-10-02..'),
    ],
  },
  {
    model: 'gpt-4o-2024-05-13',
    names: ['gpt-4o-2024-05-13', 'gpt-4o@2024-05-13..2024-10-02'],
    context: 128000,
    output: 4096,
    released: '2024-05-13',
    cards: [
      flat('2024-05-13..', 'input 5, output 15'),
      ...tier('batch', '2024-05-13..', 'input 2.5, output 7.5'),
      ...tier('priority', '2024-05-13..', 'input 8.75, output 26.25'),
      ...searches('2024-05-13..'),
    ],
  },
  {
    model: 'gpt-4o-mini',
    names: [
      'gpt-4o-mini',
      'gpt-4o-mini-2024-07-18',
      'gpt-4o-mini-search-preview',
      'gpt-4o-mini-search-preview-2025-03-11',
    ],
    context: 128000,
    output: 16384,
    released: '2024-07-18',
    cards: [
      flat('2024-07-18..', 'input 0.15, cache_read 0.075, output 0.6'),
      ...uncachedBatch('2024-07-18..', '0.075', '0.3'),
      ...tier('priority', '2024-07-18..', 'input 0.25, cache_read 0.125, output 1'),
      ...searches('2024-07-18..'),
    ],
  },
  {
    model: 'gpt-4o-audio-preview',
    names: ['gpt-4o-audio-preview~'],
    context: 128000,
    output: 16384,
    cards: [{ span: '..', rates: 'input 2.5, output 10, input_audio 40, output_audio 80' }],
  },
  {
    model: 'gpt-4o-audio-preview-2024-10-01',
    context: 128000,
    output: 16384,
    cards: [{ span: '2024-10-01..', rates: 'input 2.5, output 10, input_audio 100, output_audio 200' }],
  },
  {
    model: 'gpt-4o-realtime-preview-2024-10-01',
    context: 128000,
    output: 4096,
    cards: [
      {
        span: '2024-10-01..',
        rates: 'input 5, cache_read 2.5, output 20, input_audio 100, cache_read_audio 20, output_audio 200',
      },
    ],
  },
  {
    model: 'gpt-4o-mini-audio-preview',
    names: ['gpt-4o-mini-audio-preview~'],
    context: 128000,
    output: 16384,
    cards: [{ span: '..', rates: 'input 0.15, output 0.6, input_audio 10, output_audio 20' }],
  },
  {
    model: 'gpt-4-turbo',
    names: [
      'gpt-4-turbo',
      'gpt-4-turbo-2024-04-09',
      'gpt-4-turbo-0125-preview',
      'gpt-4-0125-preview',
      'gpt-4-1106-preview',
      'gpt-4-turbo-preview',
    ],
    context: 128000,
    output: 4096,
    cards: [flat('..', 'input 10, output 30'), ...tier('batch', '..', 'input 5, output 15')],
  },
  {
    model: 'gpt-3.5-turbo',
    names: ['gpt-3.5-turbo', 'gpt-3.5-turbo-0125', 'gpt-35-turbo'],
    context: 16385,
    output: 4096,
    cards: [flat('..', 'input 0.5, output 1.5'), ...tier('batch', '..', 'input 0.25, output 0.75')],
  },
  {
    model: 'o1',
    names: ['o1~'],
    context: 200000,
    output: 100000,
    cards: [flat('..', 'input 15, cache_read 7.5, output 60'), ...uncachedBatch('..', '7.5', '30')],
  },
  {
    model: 'o3',
    names: ['o3~'],
    context: 200000,
    output: 100000,
    released: '2025-04-16',
    cards: [
      flat('2025-04-16..2025-06-10', 'input 10, cache_read 2.5, output 40'),
      ...uncachedBatch('2025-04-16..2025-06-10', '5', '20'),
      flat('2025-06-10..', 'input 2, cache_read 0.5, output 8'),
      ...uncachedBatch('2025-06-10..', '1', '4'),
      ...tier('flex', '2025-06-10..', 'input 1, cache_read 0.25, output 4'),
      ...tier('priority', '2025-06-10..', 'input 3.5, cache_read 0.875, output 14'),
      ...searches('2025-04-16..'),
    ],
  },
  {
    model: 'o3-mini',
    names: ['o3-mini~', 'o3-mini-high'],
    context: 200000,
    output: 100000,
    cards: [flat('..', 'input 1.1, cache_read 0.55, output 4.4'), ...uncachedBatch('..', '0.55', '2.2')],
  },
  {
    model: 'o3-pro',
    names: ['o3-pro~'],
    context: 200000,
    output: 100000,
    released: '2025-06-10',
    cards: [flat('2025-06-10..', 'input 20, output 80'), ...tier('batch', '2025-06-10..', 'input 10, output 40')],
  },
  {
    model: 'o4-mini',
    names: ['o4-mini~', 'o4-mini-high'],
    context: 200000,
    output: 100000,
    released: '2025-04-16',
    cards: [
      flat('2025-04-16..', 'input 1.1, cache_read 0.275, output 4.4'),
      ...uncachedBatch('2025-04-16..', '0.55', '2.2'),
      ...tier('flex', '2025-04-16..', 'input 0.55, cache_read 0.1375, output 2.2'),
      ...tier('priority', '2025-04-16..', 'input 2, cache_read 0.5, output 8'),
      ...searches('2025-04-16..'),
    ],
  },
  {
    model: 'text-embedding-3-large',
    context: 8192,
    cards: [flat('..', 'input 0.13'), ...tier('batch', '..', 'input 0.065')],
  },
  {
    model: 'text-embedding-3-small',
    context: 8192,
    cards: [flat('..', 'input 0.02'), ...tier('batch', '..', 'input 0.01')],
  },
  {
    model: 'tts-1',
    names: ['tts-1', 'tts-1-1106'],
    cards: [flat('..', 'input_characters 15 / 1000000, characters 15 / 1000000')],
  },
  {
    model: 'tts-1-hd',
    names: ['tts-1-hd', 'tts-1-hd-1106'],
    cards: [flat('..', 'input_characters 30 / 1000000, characters 30 / 1000000')],
  },
  {
    model: 'ft:gpt-4o-mini-2024-07-18',
    names: ['ft:gpt-4o-mini-2024-07-18', 'gpt-4o-mini-2024-07-18.ft-'],
    context: 128000,
    output: 16384,
    cards: [flat('..', 'input 0.3, cache_read 0.15, output 1.2'), ...tier('batch', '..', 'input 0.15, output 0.6')],
  },
  {
    model: 'ft:gpt-4o-2024-08-06',
    names: ['ft:gpt-4o-2024-08-06', 'ft:gpt-4o-2024-11-20'],
    context: 128000,
    output: 16384,
    cards: [flat('..', 'input 3.75, cache_read 1.875, output 15'), ...tier('batch', '..', 'input 1.875, output 7.5')],
  },
]

const GATEWAY = 'https://github.com/Portkey-AI/models/blob/main/pricing/openai.json'

/** Priced as gateways list them; nobody here has read a page of OpenAI's that still has them. */
const listed = (model: string, names: string[], rates: string): CuratedModel => ({
  model,
  names,
  cards: [{ span: '..', rates, source: GATEWAY, checked: '2026-11-29', confidence: 'third_party' }],
})

models.push(
  {
    model: 'computer-use-preview',
    names: ['computer-use-preview~'],
    context: 8192,
    output: 1024,
    cards: [
      { ...flat('..', 'input 3, output 12'), checked: '2026-11-29', confidence: 'catalogue' },
      ...tier('batch', '..', 'input 1.5, output 6').map(
        (card): Card => ({ ...card, source: GATEWAY, checked: '2026-11-29', confidence: 'third_party' }),
      ),
    ],
  },
  {
    model: 'gpt-5-search-api',
    names: ['gpt-5-search-api~'],
    context: 400000,
    output: 128000,
    cards: [
      {
        span: '..',
        rates: 'input 1.25, cache_read 0.125, output 10, web_search 10 / 1000',
        source: GATEWAY,
        checked: '2026-11-29',
        confidence: 'third_party',
      },
    ],
  },
  listed('ft:gpt-4.1-2025-04-14', ['ft:gpt-4.1-2025-04-14'], 'input 3, cache_read 0.75, output 12'),
  listed('ft:gpt-4.1-mini-2025-04-14', ['ft:gpt-4.1-mini-2025-04-14'], 'input 0.8, cache_read 0.2, output 3.2'),
  listed('ft:gpt-4.1-nano-2025-04-14', ['ft:gpt-4.1-nano-2025-04-14'], 'input 0.2, cache_read 0.05, output 0.8'),
  listed('ft:o4-mini-2025-04-16', ['ft:o4-mini-2025-04-16'], 'input 4, cache_read 1, output 16'),
)

/** Regions OpenAI offers for data residency; the uplift is for models released on or after 2026-03-05. */
const RESIDENCY = ['us', 'eu', 'uk', 'gb', 'jp', 'ca', 'kr', 'sg', 'in', 'au', 'ae']

export const OPENAI: CuratedHost = {
  host: 'openai',
  title: 'OpenAI',
  names: ['openai', 'open-ai', 'openai-ft', 'chatgpt', 'codex'],
  prefixes: ['openai/'],
  serviceTiers: { fast: 'priority' },
  sameAs: { input_image: 'input', cache_read_image: 'cache_read' },
  source: PAGE,
  checked: '2026-11-23',
  confidence: 'provider',
  catalogue: 'openai',
  leaveOut: [
    'computer-use',
    'gpt-oss-120b',
    'gpt-oss-20b',
    'gpt-oss-safeguard-20b',
    'ft:gpt-4o-mini',
    'ft:gpt-4o',
    'gpt-4o-mini-2024-07-18.ft-',
    'gpt-4o:extended',
  ],
  beside: {
    // All these answer with is images, and that is the price of their output.
    'gpt-image-1': { sameAs: { output_image: 'output' } },
    'gpt-image-1-mini': { sameAs: { output_image: 'output' } },
    'gpt-image-2': { sameAs: { output_image: 'output' } },
    'ft:gpt-3.5-turbo-': { names: ['ft:gpt-3.5-turbo-0125', 'ft:gpt-3.5-turbo-1106', 'ft:gpt-3.5-turbo-0613'] },
  },
  models,
  multipliers: [
    {
      models: [
        'gpt-6.1-sol',
        'gpt-6.1-terra',
        'gpt-6-astra',
        'gpt-6-luna',
        'gpt-6-sol',
        'gpt-5.6-sol',
        'gpt-5.6-terra',
        'gpt-5.6-luna',
        'gpt-5.5',
        'gpt-5.5-pro',
        'gpt-5.4',
        'gpt-5.4-pro',
        'gpt-5.4-mini',
        'gpt-5.4-nano',
      ],
      span: '2026-03-05..',
      when: { region: RESIDENCY },
      factor: '1.1',
      meters: ['*'],
    },
  ],
}
