import type { CuratedHost } from '../shape'
import { ANTHROPIC } from './anthropic'
import { AZURE, BEDROCK } from './clouds'
import { DEEPSEEK } from './deepseek'
import { GOOGLE, VERTEX } from './google'
import {
  ALIBABA,
  COHERE,
  DEEPINFRA,
  FIREWORKS,
  GROQ,
  MISTRAL,
  OPENROUTER,
  PERPLEXITY,
  SAMBANOVA,
  TOGETHER,
  XAI,
  ZAI,
} from './hosted'
import { LOCAL } from './local'
import { OPENAI } from './openai'

/** Hosts taken from the catalogue as they are. */
function listed(
  host: string,
  title: string,
  names: string[],
  catalogue: string,
  url: string,
  prefixes?: string[],
): CuratedHost {
  return {
    host,
    title,
    names: [...new Set([host, ...names])],
    ...(prefixes === undefined ? {} : { prefixes }),
    source: url,
    checked: '2026-11-23',
    confidence: 'catalogue',
    catalogue,
    models: [],
  }
}

const HUGGING_FACE: readonly (readonly [part: string, title: string])[] = [
  ['cerebras', 'Cerebras'],
  ['fireworks-ai', 'Fireworks AI'],
  ['groq', 'Groq'],
  ['hyperbolic', 'Hyperbolic'],
  ['nebius', 'Nebius'],
  ['novita', 'Novita'],
  ['nscale', 'Nscale'],
  ['ovhcloud', 'OVHcloud'],
  ['publicai', 'Public AI'],
  ['sambanova', 'SambaNova'],
  ['together', 'Together AI'],
]

const LISTED: CuratedHost[] = [
  listed('cerebras', 'Cerebras', [], 'cerebras', 'https://inference-docs.cerebras.ai/', ['cerebras/']),
  listed('novita', 'Novita AI', ['novita-ai', 'novita_ai'], 'novita', 'https://novita.ai/pricing'),
  listed(
    'moonshot',
    'Moonshot AI',
    ['moonshotai', 'moonshot-ai', 'moonshot_ai', 'kimi'],
    'moonshotai',
    'https://platform.kimi.ai/docs/pricing',
    ['moonshotai/', 'moonshot/'],
  ),
  listed(
    'minimax',
    'MiniMax',
    ['minimax-ai', 'minimaxi'],
    'minimax',
    'https://platform.minimax.io/docs/guides/pricing-paygo',
    ['minimax/'],
  ),
  listed(
    'voyage',
    'Voyage AI',
    ['voyageai', 'voyage-ai', 'voyage_ai'],
    'voyageai',
    'https://docs.voyageai.com/docs/pricing',
    ['voyage/'],
  ),
  listed(
    'cloudflare',
    'Cloudflare Workers AI',
    ['workers-ai', 'cloudflare-workers-ai', 'cloudflare_workers_ai'],
    'cloudflare',
    'https://developers.cloudflare.com/workers-ai/platform/pricing/',
  ),
  listed(
    'ovhcloud',
    'OVHcloud AI Endpoints',
    ['ovh', 'ovh-cloud'],
    'ovhcloud',
    'https://www.ovhcloud.com/en/public-cloud/ai-endpoints/catalog/',
  ),
  listed('baseten', 'Baseten', [], 'baseten', 'https://www.baseten.co/pricing/'),
  listed('avian', 'Avian', [], 'avian', 'https://avian.io/pricing/'),
  listed('arcee', 'Arcee AI', ['arcee-ai'], 'arcee', 'https://docs.arcee.ai/get-started/pricing'),
  listed('cursor', 'Cursor', [], 'cursor', 'https://cursor.com/docs/models-and-pricing'),
  listed('doubleword', 'Doubleword', [], 'doubleword', 'https://docs.doubleword.ai/inference-api/models'),
  listed(
    'github-copilot',
    'GitHub Copilot',
    ['copilot', 'github_copilot'],
    'github-copilot',
    'https://docs.github.com/en/copilot/reference/copilot-billing/models-and-pricing',
  ),
  listed('modal', 'Modal', [], 'modal', 'https://modal.com/library'),
  listed('quicksilverpro', 'QuickSilver Pro', ['quicksilver-pro'], 'quicksilverpro', 'https://quicksilverpro.io/'),
  listed('typesafe', 'TypeSafe', [], 'typesafe', 'https://docs.typesafe.ai/models'),
  ...HUGGING_FACE.map(([part, title]) =>
    listed(
      `huggingface-${part}`,
      `Hugging Face Inference (${title})`,
      [`huggingface_${part}`, `huggingface/${part}`, `hf-${part}`],
      `huggingface_${part}`,
      'https://huggingface.co/docs/inference-providers/pricing',
    ),
  ),
]

/** Every host of the book. */
export const CURATED: readonly CuratedHost[] = [
  OPENAI,
  ANTHROPIC,
  GOOGLE,
  VERTEX,
  DEEPSEEK,
  MISTRAL,
  XAI,
  OPENROUTER,
  TOGETHER,
  FIREWORKS,
  GROQ,
  BEDROCK,
  AZURE,
  ALIBABA,
  PERPLEXITY,
  ZAI,
  DEEPINFRA,
  SAMBANOVA,
  COHERE,
  ...LISTED,
  ...LOCAL,
]
