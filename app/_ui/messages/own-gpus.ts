/** Words of the finer parts of a question about own GPUs: settings, local machines and own cards. */
import type { OwnSetting } from '../../../lib/core/report/own-settings'
import type { LocalMachine } from '../../../lib/core/simulate/local-machine'

const machines: Record<LocalMachine, string> = {
  'mac-studio-m3-ultra': 'Mac Studio M3 Ultra, 512 GB',
  'mac-studio-m2-ultra': 'Mac Studio M2 Ultra, 192 GB',
  'macbook-pro-m4-max': 'MacBook Pro M4 Max, 128 GB',
  'workstation-rtx-4090': 'workstation with an RTX 4090',
  'workstation-rtx-5090': 'workstation with an RTX 5090',
  'workstation-2x-rtx-4090': 'workstation with two RTX 4090',
  'dgx-spark': 'DGX Spark',
}

const settings: Record<OwnSetting, { readonly label: string; readonly unit: string; readonly usual: string }> = {
  pace: { label: 'Slowest pace of an answer', unit: 'ms per token', usual: '100' },
  first: { label: 'Latest first token (rough)', unit: 'ms', usual: '3000' },
  busiest: { label: 'Busiest minutes over the hour’s mean', unit: '×', usual: '1.8 or measured' },
  spare: { label: 'Redundancy', unit: '', usual: '' },
  width: { label: 'GPUs of a replica', unit: 'GPUs', usual: 'fewest that fit' },
  node: { label: 'GPUs of a node', unit: 'GPUs', usual: '1, bought 8' },
  tier: { label: 'Rented', unit: '', usual: '' },
  staff: { label: 'Operations staff', unit: '$ a month', usual: '3125' },
  once: { label: 'Migration', unit: '$ once', usual: '10000' },
  storage: { label: 'Storage and network', unit: '$ a month', usual: '0' },
  growth: { label: 'Growth of the volume', unit: '% a month', usual: 'fitted' },
  discount: { label: 'Discount rate', unit: '% a year', usual: '8' },
  price: { label: 'Price of a GPU', unit: '$', usual: 'middle of the market' },
  months: { label: 'Written off over', unit: 'months', usual: '36' },
  interest: { label: 'Interest', unit: '% a year', usual: '8' },
  residual: { label: 'Worth at the end', unit: '% of the price', usual: '30' },
  pue: { label: 'Power usage effectiveness', unit: '×', usual: '1.3' },
  kwh: { label: 'Electricity', unit: '$ a kWh', usual: '0.12' },
  upkeep: { label: 'Maintenance', unit: '% a year', usual: '4' },
  colo: { label: 'Colocation in place of electricity', unit: '$ a kW and month', usual: 'none' },
  hours: { label: 'Switched on', unit: 'hours a month', usual: '730' },
  rate: { label: 'Measured rate', unit: 'tokens/s', usual: 'estimated' },
  rateOf: { label: 'The rate counts', unit: '', usual: '' },
  rateGpus: { label: 'Measured on', unit: 'GPUs', usual: 'those of a replica' },
  rateIn: { label: 'Prompt of the benchmark', unit: 'tokens', usual: 'as your calls' },
  rateOut: { label: 'Answer of the benchmark', unit: 'tokens', usual: 'as your calls' },
  rateCalls: { label: 'Calls in flight', unit: '', usual: 'as planned' },
}

interface FleetSize {
  readonly gpus: number
  readonly replicas: number
  readonly gpus_per_replica: number
  readonly gpu: string
  /** 0 to 1; 0 where there are no calls. */
  readonly spill_share: number
}

export const ownGpus = {
  fleet: ({ gpus, replicas, gpus_per_replica, gpu, spill_share: spilled }: FleetSize) =>
    gpus > 0
      ? `${replicas} × ${gpus_per_replica} ${gpu}`
      : spilled > 0
        ? 'No own GPUs: everything spills over'
        : 'No own GPUs: nothing for them to serve',
  local: 'a machine under a desk',
  machines,
  settings,
  machine: 'Machine',
  runtime: 'Runtime',
  runtimes: { ollama: 'Ollama', 'lm-studio': 'LM Studio', 'llama.cpp': 'llama.cpp' },
  under: 'under',
  fine: (count: number) =>
    count === 0 ? 'Service, costs and your own benchmark' : `Service, costs and your own benchmark (${count} set)`,
  groups: {
    service: 'Service and fleet',
    costs: 'Costs',
    buying: 'Owning',
    benchmark: 'Your own benchmark',
  },
  benchmarkNote:
    'One measured rate replaces the estimate; with the lengths it was measured at, it anchors the estimate for your calls instead.',
  loadCost: 'A million tokens at other loads',
  loadCostNote: 'The same fleet with more or fewer calls: what stands idle is paid for too',
  load: 'Utilisation',
  loadNow: (percent: string) => `${percent} now`,
  reset: 'Back to the defaults',
  withSpare: 'two at least, one spare',
  noSpare: 'no spare',
  onDemand: 'on demand',
  reserved: 'reserved (×0.6)',
  spot: 'spot (×0.5)',
  outputTokens: 'output tokens',
  allTokens: 'prompt and output tokens',
  usual: (text: string) => `usual: ${text}`,
  yours: 'Described by you',
  describe: 'Describe a model or GPU',
  cardsTitle: 'Models and GPUs of your own',
  cardsText:
    'A card holds the figures of a data sheet or of a model’s config.json. What you keep is offered to everybody in this workspace and found by the API under its name.',
  removeShort: 'Remove',
  kindModel: 'A model',
  kindGpu: 'A GPU',
  name: 'Name',
  keep: 'Keep the card',
  remove: (name: string) => `Remove ${name}`,
  kinds: { model: 'model', gpu: 'GPU' },
  gpuFields: {
    mem_gb: { label: 'Memory', unit: 'GB' },
    bw_gbps: { label: 'Bandwidth', unit: 'GB/s' },
    bf16_dense_tflops: { label: 'BF16, dense', unit: 'TFLOPS' },
    fp8_dense_tflops: { label: 'FP8, dense', unit: 'TFLOPS, if any' },
    fp4_dense_tflops: { label: 'FP4, dense', unit: 'TFLOPS, if any' },
    tdp_w: { label: 'Board power', unit: 'W' },
    link_gbps_per_dir: { label: 'Link, one way', unit: 'GB/s, if any' },
  },
  modelFields: {
    total_params_b: { label: 'Parameters', unit: '10⁹' },
    layers: { label: 'Layers', unit: 'num_hidden_layers' },
    hidden: { label: 'Hidden size', unit: 'hidden_size' },
    ffn_dense: { label: 'Feed-forward width', unit: 'intermediate_size' },
    n_heads: { label: 'Attention heads', unit: 'num_attention_heads' },
    n_kv_heads: { label: 'KV heads', unit: 'num_key_value_heads' },
    head_dim: { label: 'Head size', unit: 'head_dim, if told' },
    vocab: { label: 'Vocabulary', unit: 'vocab_size' },
    max_context: { label: 'Context', unit: 'tokens' },
    experts: { label: 'Experts', unit: 'mixtures only' },
    experts_per_token: { label: 'Experts a token', unit: 'mixtures only' },
    moe_ffn: { label: 'Width of an expert', unit: 'mixtures only' },
    moe_layers: { label: 'Layers of experts', unit: 'mixtures only' },
  },
  link: 'Link between GPUs',
  links: { nvlink: 'NVLink', pcie: 'PCIe', none: 'none' },
  native: 'Published in',
} as const
