import type { Card, CuratedHost, CuratedModel } from '../shape'
import { OPENAI } from './openai'

const BEDROCK_PAGE = 'https://aws.amazon.com/bedrock/pricing/'
const AZURE_BATCH = 'https://learn.microsoft.com/en-us/azure/ai-services/openai/how-to/batch'
const AZURE_PAGE = 'https://azure.microsoft.com/en-us/pricing/details/cognitive-services/openai-service/'

/** Inference profiles that keep requests in one geography; Anthropic models since Sonnet 4.5 cost 10 % more there. */
const GEOGRAPHIES = ['us.', 'eu.', 'au.', 'jp.', 'apac.', 'ca.', 'in.']
/** GovCloud has a card of its own. Its names were once those of the other geographies, and end before any call. */
const GOV = 'us-gov.'
const GOV_REGIONS = ['us-gov-west-1', 'us-gov-east-1']
const GOV_NAMED = '2015-01-01'
const LONG = { prompt_tokens: { gt: 200000 } }
/** GovCloud lists no card for long prompts, so these have no price there. */
const UP_TO = { prompt_tokens: { lte: 200000 } }

function profiles(base: string, versions: readonly string[], prefixes: readonly string[]): string[] {
  return prefixes.flatMap((prefix) => versions.map((version) => `${prefix}${base}${version}`))
}

/** The names of a region's own endpoint and of every geography's profile. */
function regionalNames(base: string, versions: readonly string[]): string[] {
  const closed = profiles(base, versions, [GOV]).map((name) => `${name}@..${GOV_NAMED}`)
  return [...profiles(base, versions, ['', ...GEOGRAPHIES]), ...closed]
}

/** GovCloud's card: by the profile's name, or by the region of a call that names the model alone. */
function inGov(publisher: string, base: string, version: string, rates: string, when?: Card['when']): CuratedModel {
  const versions = ['-v1:0', '-v1', '']
  return {
    // The id of the commercial model after the prefix: they are one model at two prices.
    model: `${GOV}${base}${version}`,
    publisher,
    names: profiles(base, versions, [GOV]).map((name) => `${name}@${GOV_NAMED}..`),
    cards: [{ span: '..', rates, ...(when === undefined ? {} : { when }), ...LITELLM }],
  }
}

const LITELLM = {
  source: 'https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json',
  checked: '2026-11-29',
  confidence: 'third_party',
} as const

const govRegion = (rates: string): Card => ({ span: '..', rates, when: { region: GOV_REGIONS }, ...LITELLM })

/** A model on Bedrock in two rows: the global profile, and the region's own endpoint or a geography's profile. */
function claude(
  base: string,
  versions: readonly string[],
  context: number,
  output: number,
  global: readonly Card[],
  regional: readonly Card[],
): CuratedModel[] {
  const row = { publisher: 'anthropic', context, output }
  return [
    { model: `global.${base}`, ...row, names: profiles(base, versions, ['global.']), cards: global },
    { model: base, ...row, names: regionalNames(base, versions), cards: regional },
  ]
}

/**
 * Ids are [geography.]publisher.model[-v1[:0]]. The catalogue's "global." and "regional." rows are the global profile,
 * and every geography with the region's own endpoint; other rows cost the same in each geography it knows.
 */
function bedrockNames(id: string): string[] {
  const [, scope, rest = id] = /^(global|regional)\.(.*)$/.exec(id) ?? []
  const version = /(?:-v\d+(?::\d+)?|:\d+)$/.exec(rest)?.[0] ?? ''
  const base = rest.slice(0, rest.length - version.length)
  const versions = [...new Set([version, '', '-v1:0', '-v1'])]
  return scope === 'global' ? profiles(base, versions, ['global.']) : regionalNames(base, versions)
}

const SONNET_45_GOV = 'input 3.6, cache_read 0.36, cache_write_5m 4.5, cache_write_1h 7.2, output 18'
const NOVA_GOV = {
  'amazon.nova-pro': 'input 0.96, cache_read 0.24, output 3.84',
  'amazon.nova-lite': 'input 0.072, cache_read 0.018, output 0.288',
  'amazon.nova-micro': 'input 0.042, cache_read 0.0105, output 0.168',
} as const

/** Writes kept for an hour, which the catalogue does not list. */
const HOUR_WRITES: Readonly<Record<string, string>> = {
  'global.anthropic.claude-sonnet-4-6-v1:0': '6',
  'regional.anthropic.claude-sonnet-4-6-v1:0': '6.6',
  'global.anthropic.claude-opus-4-7-v1:0': '10',
  'regional.anthropic.claude-opus-4-7-v1:0': '11',
  'global.anthropic.claude-opus-4-8-v1:0': '10',
  'regional.anthropic.claude-opus-4-8-v1:0': '11',
  'global.anthropic.claude-opus-5': '10',
  'regional.anthropic.claude-opus-5': '11',
  'global.anthropic.claude-sonnet-5-v1:0': '4',
  'regional.anthropic.claude-sonnet-5-v1:0': '4.4',
  'global.anthropic.claude-fable-5-v1:0': '20',
  'regional.anthropic.claude-fable-5-v1:0': '22',
}

const OPUS_GLOBAL = 'input 5, cache_read 0.5, cache_write_5m 6.25, cache_write_1h 10, output 25'
const OPUS_REGIONAL = 'input 5.5, cache_read 0.55, cache_write_5m 6.875, cache_write_1h 11, output 27.5'

const GATEWAY = 'https://github.com/Portkey-AI/models/blob/main/pricing/bedrock.json'

/** AWS lists "Claude Sonnet 4 - Long Context" as a line of its own, in its global profile and in a region alike. */
const SONNET_4_LONG: Card = {
  span: '..',
  rates: 'input 6, cache_read 0.6, cache_write_5m 7.5, output 22.5',
  when: LONG,
  checked: '2026-11-29',
  confidence: 'third_party',
}

const embedding = (publisher: string, model: string, names: string[], rate: string, batch?: string): CuratedModel => {
  const evidence = { source: GATEWAY, checked: '2026-11-29', confidence: 'third_party' } as const
  return {
    model,
    publisher,
    names: [model, ...names],
    cards: [
      { span: '..', rates: `input ${rate}`, ...evidence },
      ...(batch === undefined
        ? []
        : [{ span: '..', rates: `input ${batch}`, when: { service_tier: ['batch'] }, ...evidence }]),
    ],
  }
}

export const BEDROCK: CuratedHost = {
  host: 'bedrock',
  title: 'Amazon Bedrock',
  names: [
    'bedrock',
    'aws',
    'amazon',
    'amazon-bedrock',
    'aws-bedrock',
    'aws.bedrock',
    'aws_bedrock',
    'bedrock_converse',
  ],
  prefixes: [
    'arn:aws:bedrock:*/',
    'arn:aws-us-gov:bedrock:*/',
    'bedrock/converse/',
    'bedrock/',
    'converse/',
    'amazon-bedrock/',
    'amazon_bedrock/',
  ],
  serviceTiers: { default: 'standard', on_demand: 'standard', 'on-demand': 'standard' },
  sameAs: { input_image: 'input', cache_read_image: 'cache_read', input_video: 'input' },
  source: BEDROCK_PAGE,
  checked: '2026-11-23',
  confidence: 'catalogue',
  catalogue: 'aws',
  catalogueNames: bedrockNames,
  leaveOut: [
    'global.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'regional.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'global.anthropic.claude-opus-4-6-v1:0',
    'regional.anthropic.claude-opus-4-6-v1:0',
    'global.anthropic.claude-haiku-4-5-20251001-v1:0',
    'regional.anthropic.claude-haiku-4-5-20251001-v1:0',
  ],
  beside: {
    ...Object.fromEntries(
      Object.entries(HOUR_WRITES).map(([id, rate]) => [
        id,
        { cards: [{ span: '..', rates: `cache_write_1h ${rate}`, ...LITELLM }] },
      ]),
    ),
    ...Object.fromEntries(Object.entries(NOVA_GOV).map(([id, rates]) => [`${id}-v1:0`, { cards: [govRegion(rates)] }])),
    // Its id on Bedrock carries the day, which the catalogue's does not.
    'global.anthropic.claude-opus-4-5-v1:0': {
      names: profiles('anthropic.claude-opus-4-5-20251101', ['-v1:0', '-v1', ''], ['global.']),
    },
    'regional.anthropic.claude-opus-4-5-v1:0': {
      names: profiles('anthropic.claude-opus-4-5-20251101', ['-v1:0', '-v1', ''], ['', ...GEOGRAPHIES]),
    },
    'global.anthropic.claude-sonnet-4-20250514-v1:0': { cards: [SONNET_4_LONG] },
    'regional.anthropic.claude-sonnet-4-20250514-v1:0': { cards: [SONNET_4_LONG] },
  },
  models: [
    inGov('anthropic', 'anthropic.claude-sonnet-4-5-20250929', '', SONNET_45_GOV, UP_TO),
    ...Object.entries(NOVA_GOV).map(([id, rates]) => inGov('amazon', id, '-v1:0', rates)),
    embedding('amazon', 'amazon.titan-embed-text-v2:0', ['amazon.titan-embed-text-v2'], '0.02', '0.01'),
    embedding('amazon', 'amazon.titan-embed-g1-text-02', [], '0.02', '0.01'),
    embedding('cohere', 'cohere.embed-english-v3', [], '0.1'),
    embedding('cohere', 'cohere.embed-multilingual-v3', [], '0.1'),
    embedding('cohere', 'cohere.embed-v4:0', ['cohere.embed-v4', 'global.cohere.embed-v4:0'], '0.12'),
    ...claude(
      'anthropic.claude-sonnet-4-5-20250929',
      ['-v1:0', '-v1', ''],
      1000000,
      64000,
      [
        { span: '..', rates: 'input 3, cache_read 0.3, cache_write_5m 3.75, cache_write_1h 6, output 15' },
        {
          span: '..',
          rates: 'input 6, cache_read 0.6, cache_write_5m 7.5, cache_write_1h 12, output 22.5',
          when: LONG,
        },
      ],
      [
        { span: '..', rates: 'input 3.3, cache_read 0.33, cache_write_5m 4.125, cache_write_1h 6.6, output 16.5' },
        {
          span: '..',
          rates: 'input 6.6, cache_read 0.66, cache_write_5m 8.25, cache_write_1h 13.2, output 24.75',
          when: LONG,
        },
        { ...govRegion(SONNET_45_GOV), when: { region: GOV_REGIONS, ...UP_TO } },
      ],
    ),
    ...claude(
      'anthropic.claude-opus-4-6',
      ['-v1', '-v1:0', ''],
      1000000,
      128000,
      [{ span: '2026-02-05..', rates: OPUS_GLOBAL }],
      [{ span: '2026-02-05..', rates: OPUS_REGIONAL }],
    ),
    ...claude(
      'anthropic.claude-haiku-4-5-20251001',
      ['-v1:0', '-v1', ''],
      200000,
      64000,
      [{ span: '..', rates: 'input 1, cache_read 0.1, cache_write_5m 1.25, cache_write_1h 2, output 5' }],
      [{ span: '..', rates: 'input 1.1, cache_read 0.11, cache_write_5m 1.375, cache_write_1h 2.2, output 5.5' }],
    ),
  ],
}

/** Global deployments list OpenAI's own rates, and batch deployments half of them, as Azure states; other tiers stay unpriced. */
function azureModel(model: CuratedModel): CuratedModel[] {
  const cards = model.cards
    .filter((card) => !card.rates.includes('search'))
    .filter((card) => card.when?.service_tier === undefined || card.when.service_tier.includes('batch'))
    .map(
      (card): Card => ({
        ...card,
        source: card.when?.service_tier ? AZURE_BATCH : AZURE_PAGE,
        confidence: 'catalogue',
      }),
    )
  // The first day on Azure is not known.
  const first = cards[0]?.span.split('..')[0] ?? ''
  for (const [index, card] of cards.entries()) {
    if (first !== '' && card.span.startsWith(`${first}..`))
      cards[index] = { ...card, span: card.span.slice(first.length) }
  }
  return cards.length === 0 ? [] : [{ ...model, publisher: 'openai', cards }]
}

const AZURE_SHARED = new Set(
  OPENAI.models
    .map((model) => model.model)
    .filter(
      (id) => !id.startsWith('ft:') && !/^(o1|o3|o3-mini|gpt-6.*|computer-use-preview|gpt-5-search-api)$/.test(id),
    ),
)

/** How a region says that a deployment keeps to a zone. */
const ZONES = ['regional', 'datazone', 'data zone', 'us-datazone', 'eu-datazone', 'us-data-zone', 'eu-data-zone']

export const AZURE: CuratedHost = {
  host: 'azure',
  title: 'Azure OpenAI',
  names: [
    'azure',
    'azure-openai',
    'azure_openai',
    'azureopenai',
    'microsoft',
    'azure_ai',
    'azure-ai',
    'microsoft-foundry',
    'az.ai.openai',
    'azure.ai.openai',
  ],
  prefixes: ['azure/', 'azure_ai/'],
  serviceTiers: { default: 'standard' },
  sameAs: { input_image: 'input', cache_read_image: 'cache_read' },
  note: 'Global deployments. A regional or data zone deployment costs 10 % more; say so in the region.',
  source: AZURE_PAGE,
  checked: '2026-11-23',
  confidence: 'catalogue',
  catalogue: 'azure',
  leaveOut: ['o3-2025-04-16', 'o4-mini', 'text-embedding-3-large', 'text-embedding-3-small'],
  models: [
    ...OPENAI.models.filter((model) => AZURE_SHARED.has(model.model)).flatMap(azureModel),
    {
      model: 'o3',
      publisher: 'openai',
      names: ['o3~'],
      context: 200000,
      output: 100000,
      cards: [{ span: '..', rates: 'input 2, cache_read 0.5, output 8' }],
    },
  ],
  multipliers: [
    {
      models: ['gpt-4o', 'gpt-4o-mini', 'gpt-4.1', 'gpt-4.1-mini', 'gpt-4.1-nano', 'gpt-5', 'gpt-5-mini', 'gpt-5-nano'],
      span: '..',
      when: { region: ZONES },
      factor: '1.1',
      meters: ['*'],
    },
    {
      models: ['gpt-5.1', 'o1', 'o1-mini', 'o3', 'o3-mini', 'o4-mini'],
      span: '..',
      when: { region: ZONES },
      factor: '1.1',
      meters: ['*'],
      source: 'https://prices.azure.com/api/retail/prices',
      checked: '2026-11-29',
      confidence: 'third_party',
    },
  ],
}
