/**
 * What the estimator has to know of an open model: its dimensions. Parameters are counted from the dimensions; the
 * attention share of compressed (MLA) and hybrid attention is the published total less everything else.
 * Dimensions, their sources and dates: data/models.json.
 */
import models from '../data/models.json'
import { modelIndex } from './card-name'

export interface ModelCard {
  readonly name: string
  readonly aliases?: readonly string[] | undefined
  /** All parameters, counted. */
  readonly totalParams: number
  readonly layers: number
  readonly hidden: number
  /** Width of the dense feed-forward blocks; 0 when every layer is a mixture of experts. */
  readonly ffn: number
  readonly moeLayers: number
  readonly experts: number
  readonly expertsPerToken: number
  readonly moeFfn: number
  readonly sharedFfn: number
  readonly heads: number
  readonly attention: 'gqa' | 'mla' | 'hybrid-linear'
  readonly headDim?: number | undefined
  readonly kvHeads?: number | undefined
  /** MLA: rank of the compressed cache and width of its rotary part. */
  readonly kvRank?: number | undefined
  readonly ropeDim?: number | undefined
  /** Sparse attention: decode looks at this many tokens at most; the cache itself does not shrink. */
  readonly sparseTopTokens?: number | undefined
  readonly slidingLayers?: number | undefined
  readonly slidingWindow?: number | undefined
  /** Linear attention: 16-bit elements of state a sequence keeps in each such layer, however long it is. */
  readonly linearState?: number | undefined
  /** Tokens, prompt and output together. */
  readonly maxContext: number
  readonly vocab: number
  readonly tiedEmbeddings: boolean
  readonly nativePrecision: string
  readonly licence: string
  readonly source: string
  readonly checkedOn: string
}

/** Parameters by where they sit, because precision and sharding differ between them. */
export interface ParameterSplit {
  readonly attention: number
  /** Dense feed-forward blocks and shared experts: read for every token. */
  readonly dense: number
  /** All routed experts. */
  readonly experts: number
  /** Routed experts one token uses. */
  readonly activeExperts: number
  /** Output head; the embedding table beside it takes memory but is not read as a matrix. */
  readonly head: number
  readonly embedding: number
}

export function splitParameters(model: ModelCard): ParameterSplit {
  const denseLayers = model.layers - model.moeLayers
  const dense = 3 * model.hidden * (model.ffn * denseLayers + model.sharedFfn * model.moeLayers)
  const oneExpert = 3 * model.hidden * model.moeFfn
  const experts = oneExpert * model.experts * model.moeLayers
  const head = model.vocab * model.hidden
  const embedding = model.tiedEmbeddings ? 0 : head
  const router = model.hidden * model.experts * model.moeLayers
  const attention =
    model.attention === 'gqa'
      ? model.layers * model.hidden * (model.headDim as number) * (2 * model.heads + 2 * (model.kvHeads as number))
      : Math.max(0, model.totalParams - dense - experts - head - embedding - router)
  return {
    attention,
    dense,
    experts,
    activeExperts: oneExpert * model.expertsPerToken * model.moeLayers,
    head,
    embedding,
  }
}

/** Cache elements one token adds to one full-attention layer. */
export function cacheElementsPerLayer(model: ModelCard): number {
  if (model.attention === 'mla') return (model.kvRank as number) + (model.ropeDim as number)
  return 2 * (model.kvHeads as number) * (model.headDim as number)
}

/** Cache elements of a sequence of `tokens`, over all layers; sliding layers keep their window only. */
export function cacheElements(model: ModelCard, tokens: number): number {
  return cacheElementsOnGpu(model, tokens, 1)
}

/**
 * The part on one of `tensor` GPUs: heads are spread over them, at most one GPU a KV head; a compressed (MLA) cache is
 * copied to each; the state of linear layers splits as far as there are GPUs.
 */
export function cacheElementsOnGpu(model: ModelCard, tokens: number, tensor: number): number {
  const sliding = model.slidingLayers === undefined ? 0 : model.slidingLayers
  const window = model.slidingWindow === undefined ? 0 : model.slidingWindow
  const shards = model.attention === 'mla' ? 1 : Math.min(tensor, model.kvHeads === undefined ? 1 : model.kvHeads)
  const perLayer = cacheElementsPerLayer(model) / shards
  const full = perLayer * (model.layers - sliding) * tokens
  if (model.linearState !== undefined) return full + (sliding * model.linearState) / tensor
  return full + perLayer * sliding * Math.min(tokens, window)
}

/** Attention work of one new token that looks back at `tokens`, FLOP. */
export function attentionFlops(model: ModelCard, tokens: number): number {
  const sliding = model.slidingLayers === undefined ? 0 : model.slidingLayers
  const window = model.slidingWindow === undefined ? 0 : model.slidingWindow
  const seen = model.sparseTopTokens === undefined ? tokens : Math.min(tokens, model.sparseTopTokens)
  const width =
    model.attention === 'mla'
      ? model.heads * (2 * (model.kvRank as number) + (model.ropeDim as number))
      : 2 * model.heads * (model.headDim as number)
  return 2 * width * ((model.layers - sliding) * seen + sliding * Math.min(tokens, window))
}

export const MODEL_CARDS: readonly ModelCard[] = models as readonly ModelCard[]

/** A card by any name its weights go by; null where no card has their dimensions. */
export const findModelCard: (name: string) => ModelCard | null = modelIndex(MODEL_CARDS)
