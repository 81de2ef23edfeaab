/** How hosts write their own names. An unknown host is shown as the data names it. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['openai', 'OpenAI'],
  ['anthropic', 'Anthropic'],
  ['google', 'Google'],
  ['openrouter', 'OpenRouter'],
  ['deepseek', 'DeepSeek'],
  ['mistral', 'Mistral'],
  ['ollama', 'Ollama'],
  ['azure', 'Azure'],
  ['bedrock', 'Amazon Bedrock'],
  ['vertex', 'Google Vertex AI'],
  ['groq', 'Groq'],
  ['together', 'Together'],
  ['fireworks', 'Fireworks'],
  ['xai', 'xAI'],
  ['vllm', 'vLLM'],
  ['lmstudio', 'LM Studio'],
])

export function hostName(host: string): string {
  return NAMES.get(host) ?? host
}
