/** Which models of the published book a what-if offers as targets. */
import 'server-only'
import type { BookFile } from '../../core/price/book-file'
import { shippedBookFiles } from '../db/price-book-files'

/** Models with open weights, by the names hosts give them. */
const OPEN_MODELS =
  /deepseek|gpt-oss|qwen-?[23]|qwq|llama-?[34]|(mi[sx]|mini|code|dev)stral|kimi-k2|glm-[45]|minimax-m/i
/** Resellers and gateways list the same models again; they can be asked for by name. */
const GATEWAYS =
  /^(openrouter|huggingface-|github-copilot|quicksilverpro|cursor|ollama|llamacpp|lmstudio|localai|mlx|self-hosted|sglang|tgi|vllm)/

export function isOpenTarget(model: string): boolean {
  return OPEN_MODELS.test(model)
}

export function targetFiles(): readonly BookFile[] {
  return shippedBookFiles().filter((file) => !GATEWAYS.test(file.host.host))
}
