/**
 * Where the book departs from the genai-prices catalogue 0.1.8, and why. The test compares every model of the catalogue
 * with the book on 2026-11-23 and fails for a difference that is not here, and for a line here that is no difference.
 */
const DEEPSEEK = 'https://api-docs.deepseek.com/quick_start/pricing'

export const DEVIATIONS: Readonly<Record<string, string>> = {
  'azure/o4-mini': 'The cached rate is 0.275; the catalogue has it rounded for display to 0.28.',
  'deepseek/deepseek-chat': `The catalogue keeps the card and the night discount of 2025, abolished on 2025-09-05 (${DEEPSEEK}).`,
  'deepseek/deepseek-reasoner': `As deepseek-chat (${DEEPSEEK}).`,
  'deepseek/deepseek-v3.1-terminus': 'No longer sold by DeepSeek; the catalogue copied the rate of a reseller.',
  'deepseek/deepseek-v3.2':
    'No longer sold by DeepSeek, and 0.28/0.42 when it was; the catalogue copied the rate of a reseller.',
  'deepseek/deepseek-v3.2-exp': 'No longer sold by DeepSeek; the catalogue copied the rate of a reseller.',
  'deepseek/deepseek-v4-flash': `Its name is served and billed as V4.1-Flash since 2026-09-10 04:00 UTC (${DEEPSEEK}).`,
  'google/gemma-2-27b-it': 'A reseller’s rate; not sold by Google’s API.',
  'mistral/mistral-small-3.1-24b-instruct': 'A reseller’s rate.',
  'mistral/mistral-small-3.2-24b-instruct': 'A reseller’s rate.',
  'mistral/mistral-small-latest': 'Three catalogues give three rates and no page settles it: unpriced until one does.',
  'openai/computer-use': 'Written out as computer-use-preview, the id that is sold.',
  'openai/ft:gpt-4o': 'Fine-tuned names are written out by snapshot; a bare prefix would match anything.',
  'openai/ft:gpt-4o-mini': 'Fine-tuned names are written out by snapshot; a bare prefix would match anything.',
  'openai/gpt-4o:extended': 'A reseller’s variant; not sold by OpenAI.',
  'openai/gpt-5.4-image-2': 'A reseller’s rate.',
  'openai/gpt-chat-latest': 'A reseller’s rate.',
  'openai/gpt-oss-120b': 'Open weights; not sold by OpenAI. The catalogue copied a reseller’s rate.',
  'openai/gpt-oss-20b': 'Open weights; not sold by OpenAI. The catalogue copied a reseller’s rate.',
  'openai/gpt-oss-safeguard-20b': 'Open weights; not sold by OpenAI. The catalogue copied a reseller’s rate.',
  'perplexity/sonar': 'The fee goes by the depth of the search (5, 8, 12); the catalogue takes the highest always.',
  'perplexity/sonar-pro':
    'The fee goes by the depth of the search (6, 10, 14); the catalogue takes the highest always.',
  'perplexity/sonar-reasoning':
    'The fee goes by the depth of the search (5, 8, 12); the catalogue takes the highest always.',
  'perplexity/sonar-reasoning-pro':
    'The fee goes by the depth of the search (6, 10, 14); the catalogue takes the highest always.',
  'perplexity/sonar-pro-search': 'A reseller’s rate.',
  'openrouter/google/gemini-2.5-flash-image': 'The cache write rate 0.08333333333333334 was got by dividing.',
  'openrouter/google/gemini-2.5-flash-lite': 'The cache write rate 0.08333333333333334 was got by dividing.',
  'openrouter/google/gemini-3-flash-preview': 'The cache write rate 0.08333333333333334 was got by dividing.',
  'openrouter/google/gemini-3.1-flash-lite': 'The cache write rate 0.08333333333333334 was got by dividing.',
  'openrouter/google/gemini-3.5-flash': 'The cache write rate 0.08333333333333334 was got by dividing.',
  'vertex/gemini-2.0-flash': 'The catalogue has the card of the Gemini API; Vertex AI asked 0.15 and 0.60.',
  'google/claude-opus-4-6': 'The catalogue keeps the premium over 200,000 tokens, which ended on 2026-03-13.',
  'vertex/claude-opus-4-6': 'The catalogue keeps the premium over 200,000 tokens, which ended on 2026-03-13.',
  'huggingface-together/Qwen/Qwen3-VL-8B-Instruct': 'Float noise snapped: 0.18000000000000002 is 0.18.',
}

/** Models left out by kind: id pattern within a host, and why. */
export const LEFT_OUT: readonly { readonly pattern: RegExp; readonly why: string }[] = [
  {
    pattern: /^zhipuai\//,
    why: 'Billed in yuan; the catalogue converts at one fixed rate, and a conversion is not a price list.',
  },
  { pattern: /^openrouter\/~/, why: 'A moving alias: the model behind it, and so its price, changes without a date.' },
]
