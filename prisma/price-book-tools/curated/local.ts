import type { CuratedHost, CuratedModel } from '../shape'

/** Every meter a server of one's own can count. What it costs to run is the what-if's matter, not an API price. */
const NOTHING = [
  'input',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'output',
  'input_audio',
  'input_image',
  'input_video',
  'cache_read_audio',
  'cache_read_image',
  'cache_read_video',
  'output_audio',
  'output_image',
]
const COUNTED = [
  'requests',
  'images',
  'input_images',
  'characters',
  'audio_seconds',
  'input_audio_seconds',
  'output_audio_seconds',
  'compute_seconds',
]
const FREE = [...NOTHING.map((meter) => `${meter} 0`), ...COUNTED.map((meter) => `${meter} 0 / 1`)].join(', ')

function local(
  host: string,
  title: string,
  names: string[],
  source: string,
  own: CuratedModel[] = [],
  prefixes?: string[],
): CuratedHost {
  return {
    host,
    title,
    names: [host, ...names],
    ...(prefixes === undefined ? {} : { prefixes }),
    source,
    checked: '2026-11-23',
    confidence: 'provider',
    note: 'Runs on your own machine: no charge per call. Hardware, power and people are priced in the what-if.',
    models: [{ model: '*', publisher: 'any', cards: [{ span: '..', rates: FREE }] }, ...own],
  }
}

/** Cloud models of Ollama are sold by subscription: not free, and without a price per token. */
const OLLAMA_CLOUD = [
  'gpt-oss:20b-cloud',
  'gpt-oss:120b-cloud',
  'deepseek-v3.1:671b-cloud',
  'deepseek-v3.2:cloud',
  'deepseek-v4-flash:cloud',
  'deepseek-v4-pro:cloud',
  'qwen3-coder:480b-cloud',
  'qwen3-vl:235b-cloud',
  'qwen3-next:80b-cloud',
  'kimi-k2:1t-cloud',
  'kimi-k2.5:cloud',
  'glm-4.6:cloud',
  'glm-5:cloud',
  'minimax-m2:cloud',
  'minimax-m2.5:cloud',
  'gemini-3-flash-preview:cloud',
  'mistral-large-3:675b-cloud',
]

export const LOCAL: CuratedHost[] = [
  local(
    'ollama',
    'Ollama',
    ['ollama-local'],
    'https://docs.ollama.com/faq',
    OLLAMA_CLOUD.map((model) => ({
      model,
      publisher: 'any',
      note: 'Sold by subscription; no price per token.',
      cards: [],
    })),
    ['ollama/', 'ollama_chat/'],
  ),
  local('lmstudio', 'LM Studio', ['lm-studio', 'lm_studio', 'lm studio'], 'https://lmstudio.ai/work'),
  local('vllm', 'vLLM', ['hosted_vllm', 'hosted-vllm'], 'https://docs.vllm.ai/en/latest/', [], ['hosted_vllm/']),
  local(
    'llamacpp',
    'llama.cpp',
    ['llama.cpp', 'llama-cpp', 'llama_cpp', 'llama-server', 'llamafile'],
    'https://github.com/ggml-org/llama.cpp',
  ),
  local('sglang', 'SGLang', [], 'https://docs.sglang.ai/'),
  local(
    'tgi',
    'Text Generation Inference',
    ['text-generation-inference', 'text_generation_inference'],
    'https://huggingface.co/docs/text-generation-inference',
  ),
  local('localai', 'LocalAI', ['local-ai'], 'https://localai.io/'),
  local('mlx', 'MLX LM', ['mlx-lm', 'mlx_lm'], 'https://github.com/ml-explore/mlx-lm'),
  local(
    'self-hosted',
    'Own servers',
    ['self_hosted', 'selfhosted', 'local', 'localhost', 'on-premises'],
    'https://docs.vllm.ai/en/latest/',
  ),
]
