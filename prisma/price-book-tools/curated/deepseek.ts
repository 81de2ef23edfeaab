import type { Card, CuratedHost, LocalTime } from '../shape'

const PAGE = 'https://api-docs.deepseek.com/quick_start/pricing'
const NEWS_V41 = 'https://api-docs.deepseek.com/news/news260910'
const NOTICE = 'https://docs.apiyi.com/en/live/2026-08/deepseek-price-peak-tier.md'
const HISTORY = 'https://github.com/simonw/llm-prices/blob/main/data/deepseek.json'

/** 2025: discounted hours 16:30-00:30 UTC, every day. */
const NIGHT_2025: LocalTime = { utc_offset_minutes: 0, windows: [['16:30', '00:30']] }

/** 2026: 09:00-12:00 and 14:00-18:00 in Beijing. Every day for the first six days, then Monday to Friday without holidays. */
const WINDOWS = [
  ['09:00', '12:00'],
  ['14:00', '18:00'],
] as const
const PEAK_DAILY: LocalTime = { utc_offset_minutes: 480, windows: WINDOWS }
const PEAK_WORKDAYS: LocalTime = {
  utc_offset_minutes: 480,
  windows: WINDOWS,
  weekdays: [1, 2, 3, 4, 5],
  holiday_calendar: 'cn',
}

/** 00:00 on Monday 17 August in Beijing, and 00:00 on Sunday 23 August, when weekends became off-peak. */
const PEAK_BEGINS = '2026-08-16T16:00Z'
const WEEKDAYS_BEGIN = '2026-08-22T16:00Z'
/** V4.1-Flash takes over the flash names at its lower card. */
const V41_BEGINS = '2026-09-10T04:00Z'

function peaks(to: string, offPeak: string, peak: string): Card[] {
  return [
    { span: `${PEAK_BEGINS}..${to}`, rates: offPeak },
    { span: `${PEAK_BEGINS}..${WEEKDAYS_BEGIN}`, rates: peak, when: { local_time: PEAK_DAILY }, source: NOTICE },
    { span: `${WEEKDAYS_BEGIN}..${to}`, rates: peak, when: { local_time: PEAK_WORKDAYS } },
  ]
}

const V4 = { context: 1000000, output: 384000 }
const MOVED = '2026-04-24'

export const DEEPSEEK: CuratedHost = {
  host: 'deepseek',
  title: 'DeepSeek',
  names: ['deepseek', 'deepseek-ai', 'deepseek-api', 'deepseek-official'],
  prefixes: ['deepseek/'],
  source: PAGE,
  checked: '2026-11-23',
  confidence: 'provider',
  note: 'Dollar list. The yuan list is a list of its own and not a conversion of this one.',
  models: [
    {
      model: 'deepseek-flash',
      names: [
        'deepseek-flash~',
        'deepseek-v4.1-flash~',
        `deepseek-v4-flash@${V41_BEGINS}..`,
        `deepseek-v4-flash-vision-exp@${V41_BEGINS}..`,
        `deepseek-chat@${V41_BEGINS}..`,
        `deepseek-reasoner@${V41_BEGINS}..`,
      ],
      ...V4,
      released: '2026-09-10',
      note: 'V4.1-Flash. The names deepseek-chat and deepseek-reasoner were announced to end on 2026-07-24; calls that still used them were served by Flash.',
      cards: [
        { span: `${V41_BEGINS}..`, rates: 'input 0.15, cache_read 0.003, output 0.6', source: NEWS_V41 },
        {
          span: `${V41_BEGINS}..`,
          rates: 'input 0.3, cache_read 0.006, output 1.2',
          when: { local_time: PEAK_WORKDAYS },
          source: NEWS_V41,
        },
      ],
    },
    {
      model: 'deepseek-v4-flash',
      names: [
        `deepseek-v4-flash@..${V41_BEGINS}`,
        `deepseek-v4-flash-0731@..${V41_BEGINS}`,
        `deepseek-v4-flash-vision-exp@..${V41_BEGINS}`,
        `deepseek-chat@${MOVED}..${V41_BEGINS}`,
        `deepseek-reasoner@${MOVED}..${V41_BEGINS}`,
      ],
      ...V4,
      released: '2026-04-24',
      note: 'Retired on 2026-09-10; its name is served by V4.1-Flash since then.',
      cards: [
        {
          span: '2026-04-24..2026-04-26T12:15Z',
          rates: 'input 0.14, cache_read 0.028, output 0.28',
          source: HISTORY,
          confidence: 'third_party',
        },
        { span: `2026-04-26T12:15Z..${PEAK_BEGINS}`, rates: 'input 0.14, cache_read 0.0028, output 0.28' },
        ...peaks(V41_BEGINS, 'input 0.22, cache_read 0.007, output 0.66', 'input 0.44, cache_read 0.014, output 1.32'),
      ],
    },
    {
      model: 'deepseek-v4-pro',
      names: ['deepseek-v4-pro~', 'deepseek-v4-pro-0813'],
      ...V4,
      released: '2026-04-24',
      note: 'A redirect to Flash at 2026-09-14 04:00 UTC was announced and then cancelled: the card continues unchanged.',
      cards: [
        {
          span: '2026-04-24..2026-04-26T12:15Z',
          rates: 'input 1.74, cache_read 0.145, output 3.48',
          source: HISTORY,
          confidence: 'third_party',
        },
        { span: `2026-04-26T12:15Z..${PEAK_BEGINS}`, rates: 'input 0.435, cache_read 0.003625, output 0.87' },
        ...peaks('', 'input 0.66, cache_read 0.022, output 1.98', 'input 1.32, cache_read 0.044, output 3.96'),
      ],
    },
    {
      model: 'deepseek-v3.2',
      names: [
        `deepseek-chat@2025-09-29..${MOVED}`,
        `deepseek-reasoner@2025-09-29..${MOVED}`,
        'deepseek-v3.2',
        'deepseek-v3.2-exp',
      ],
      context: 128000,
      output: 64000,
      released: '2025-09-29',
      cards: [{ span: `2025-09-29..${MOVED}`, rates: 'input 0.28, cache_read 0.028, output 0.42' }],
    },
    {
      model: 'deepseek-v3.1',
      names: [
        'deepseek-chat@2025-09-05T16:00Z..2025-09-29',
        'deepseek-reasoner@2025-09-05T16:00Z..2025-09-29',
        'deepseek-v3.1',
        'deepseek-v3.1-terminus',
      ],
      context: 128000,
      output: 64000,
      cards: [{ span: '2025-09-05T16:00Z..2025-09-29', rates: 'input 0.56, cache_read 0.07, output 1.68' }],
    },
    {
      model: 'deepseek-v3',
      names: ['deepseek-chat@..2025-09-05T16:00Z', 'deepseek-v3', 'deepseek-chat-v3-0324'],
      context: 64000,
      output: 8000,
      note: 'The name deepseek-chat served V2, V2.5 and V3 one after the other; V3 was replaced by V3.1 on 2025-08-21 at the same card until 2025-09-05 16:00 UTC.',
      cards: [
        {
          span: '2024-05-06..2024-08-02',
          rates: 'input 0.14, output 0.28',
          source: HISTORY,
          confidence: 'third_party',
          note: 'Start day not confirmed.',
        },
        {
          span: '2024-08-02..2025-02-08',
          rates: 'input 0.14, cache_read 0.014, output 0.28',
          source: HISTORY,
          confidence: 'third_party',
        },
        { span: '2025-02-08..2025-09-05T16:00Z', rates: 'input 0.27, cache_read 0.07, output 1.1' },
        {
          span: '2025-02-26..2025-09-05T16:00Z',
          rates: 'input 0.135, cache_read 0.035, output 0.55',
          when: { local_time: NIGHT_2025 },
        },
      ],
    },
    {
      model: 'deepseek-r1',
      names: ['deepseek-reasoner@..2025-09-05T16:00Z', 'deepseek-r1', 'deepseek-r1-0528'],
      context: 64000,
      output: 64000,
      released: '2025-01-20',
      cards: [
        { span: '2025-01-20..2025-09-05T16:00Z', rates: 'input 0.55, cache_read 0.14, output 2.19' },
        {
          span: '2025-02-26..2025-09-05T16:00Z',
          rates: 'input 0.135, cache_read 0.035, output 0.55',
          when: { local_time: NIGHT_2025 },
        },
      ],
    },
    {
      model: 'deepseek-coder',
      names: ['deepseek-coder'],
      context: 128000,
      output: 8000,
      note: 'DeepSeek-Coder-V2 until it was merged into V2.5, whose card the name then used.',
      cards: [
        {
          span: '2024-06-14..2024-08-02',
          rates: 'input 0.14, output 0.28',
          source: HISTORY,
          confidence: 'third_party',
          note: 'Billed as deepseek-chat.',
        },
        {
          span: '2024-08-02..2025-02-08',
          rates: 'input 0.14, cache_read 0.014, output 0.28',
          source: HISTORY,
          confidence: 'third_party',
          note: 'Billed as deepseek-chat.',
        },
      ],
    },
  ],
}
