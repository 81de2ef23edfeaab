import type { Card, CuratedHost, CuratedModel } from '../shape'
import { OPENAI } from './openai'

const BEDROCK_PAGE = 'https://aws.amazon.com/bedrock/pricing/'
const AZURE_BATCH = 'https://learn.microsoft.com/en-us/azure/ai-services/openai/how-to/batch'
const AZURE_PAGE = 'https://azure.microsoft.com/en-us/pricing/details/cognitive-services/openai-service/'

/** Inference profiles that keep requests in one geography; Anthropic models since Sonnet 4.5 cost 10 % more there. */
const GEOGRAPHIES = ['us.', 'eu.', 'au.', 'jp.', 'apac.', 'ca.', 'in.', 'us-gov.']
const LONG = { prompt_tokens: { gt: 200000 } }

function profiles(base: string, versions: readonly string[], prefixes: readonly string[]): string[] {
  return prefixes.flatMap((prefix) => versions.map((version) => `${prefix}${base}${version}`))
}

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
    { model: base, ...row, names: profiles(base, versions, ['', ...GEOGRAPHIES]), cards: regional },
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
  return profiles(base, versions, scope === 'global' ? ['global.'] : ['', ...GEOGRAPHIES])
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
    'global.anthropic.claude-sonnet-4-20250514-v1:0': { cards: [SONNET_4_LONG] },
    'regional.anthropic.claude-sonnet-4-20250514-v1:0': { cards: [SONNET_4_LONG] },
  },
  models: [
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
      when: {
        region: ['regional', 'datazone', 'data zone', 'us-datazone', 'eu-datazone', 'us-data-zone', 'eu-data-zone'],
      },
      factor: '1.1',
      meters: ['*'],
    },
  ],
}
