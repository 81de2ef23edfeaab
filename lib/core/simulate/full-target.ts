/** A self-hosting question with what it leaves open filled in: a machine's own parts, or the product's defaults. */
import { machineCard } from './local-machine'
import type { ScenarioAssumptions, SelfHostedTargetInput } from './scenario'

const MACHINE_SETS = ['production', 'staff_per_month', 'realism'] as const

/** What was given stays. */
export function withMachine(
  target: SelfHostedTargetInput,
  assumptions: ScenarioAssumptions,
): { readonly target: FullTarget; readonly assumptions: ScenarioAssumptions } {
  const { machine } = target
  if (machine === undefined) {
    return {
      target: {
        ...target,
        gpu: target.gpu ?? 'H100-SXM-80GB',
        engine: target.engine ?? 'vllm',
        acquire: target.acquire ?? 'rent',
      },
      assumptions,
    }
  }
  const card = machineCard(machine)
  const each = Number(card.price) / card.gpus
  return {
    target: {
      ...target,
      gpu: target.gpu ?? card.gpu,
      engine: target.engine ?? 'ollama',
      acquire: target.acquire ?? 'buy',
      precision: target.precision ?? 'gguf-q4_k_m',
      gpus_per_replica: target.gpus_per_replica ?? card.gpus,
      gpus_per_node: target.gpus_per_node ?? card.gpus,
      price_per_gpu: target.price_per_gpu ?? String(each),
      setByMachine: new Set(MACHINE_SETS.filter((name) => assumptions[name] === undefined)),
    },
    assumptions: {
      ...assumptions,
      production: assumptions.production ?? false,
      staff_per_month: assumptions.staff_per_month ?? '0',
      realism: assumptions.realism ?? 1,
      buy: {
        ...assumptions.buy,
        node_factor: assumptions.buy?.node_factor ?? 1,
        server_power: assumptions.buy?.server_power ?? card.serverPower,
        idle_power: assumptions.buy?.idle_power ?? card.idlePower,
        power_usage_effectiveness: assumptions.buy?.power_usage_effectiveness ?? 1,
        maintenance: assumptions.buy?.maintenance ?? 0,
      },
    },
  }
}

export type FullTarget = SelfHostedTargetInput & {
  readonly gpu: string
  readonly engine: string
  readonly acquire: 'rent' | 'buy'
  /** Assumptions that the machine sets, not the asker. */
  readonly setByMachine?: ReadonlySet<keyof ScenarioAssumptions>
}
