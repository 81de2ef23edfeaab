/**
 * Machines under a desk that run a model with Ollama, LM Studio or llama.cpp: their card, the whole machine's price and
 * power over the card's. Nothing is rented and nobody is paid to run them.
 */
export const LOCAL_MACHINES = [
  'mac-studio-m3-ultra',
  'mac-studio-m2-ultra',
  'macbook-pro-m4-max',
  'workstation-rtx-4090',
  'workstation-rtx-5090',
  'workstation-2x-rtx-4090',
  'dgx-spark',
] as const
export type LocalMachine = (typeof LOCAL_MACHINES)[number]

export const LOCAL_RUNTIMES = ['ollama', 'lm-studio', 'llama.cpp'] as const

interface MachineCard {
  readonly gpu: string
  readonly gpus: number
  /** Dollars of the whole machine. */
  readonly price: string
  /** Wall power of the whole machine at full load over the card's. */
  readonly serverPower: number
  readonly idlePower: number
  readonly source: string
}

const APPLE =
  'Whole machine, so its price is the card’s; wall power measured under llama.cpp (geerlingguy/ai-benchmarks)'
const TOWER = 'Street price of the card and a tower around it; 120 to 180 W for the rest of the tower, assumed'

/** Checked 2026-11-23. Prices are middles of what shops ask. */
const MACHINES: Readonly<Record<LocalMachine, MachineCard>> = {
  'mac-studio-m3-ultra': {
    gpu: 'M3-Ultra-512GB',
    gpus: 1,
    price: '9500',
    serverPower: 1,
    idlePower: 0.04,
    source: APPLE,
  },
  'mac-studio-m2-ultra': {
    gpu: 'M2-Ultra-192GB',
    gpus: 1,
    price: '5300',
    serverPower: 1,
    idlePower: 0.05,
    source: APPLE,
  },
  'macbook-pro-m4-max': { gpu: 'M4-Max-128GB', gpus: 1, price: '4700', serverPower: 1, idlePower: 0.05, source: APPLE },
  'workstation-rtx-4090': {
    gpu: 'RTX-4090-24GB',
    gpus: 1,
    price: '3700',
    serverPower: 1.3,
    idlePower: 0.12,
    source: TOWER,
  },
  'workstation-rtx-5090': {
    gpu: 'RTX-5090-32GB',
    gpus: 1,
    price: '4800',
    serverPower: 1.3,
    idlePower: 0.12,
    source: TOWER,
  },
  'workstation-2x-rtx-4090': {
    gpu: 'RTX-4090-24GB',
    gpus: 2,
    price: '6400',
    serverPower: 1.2,
    idlePower: 0.1,
    source: TOWER,
  },
  'dgx-spark': {
    gpu: 'GB10-128GB',
    gpus: 1,
    price: '4000',
    serverPower: 1.2,
    idlePower: 0.2,
    source: 'Whole machine; wall power measured under llama.cpp (geerlingguy/ai-benchmarks)',
  },
}

export function machineCard(machine: LocalMachine): MachineCard {
  return MACHINES[machine]
}
