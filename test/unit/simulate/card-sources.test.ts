import { describe, expect, test } from 'vitest'
import { GPU_CARDS } from '../../../lib/core/simulate/cards/gpu-card'
import { MODEL_CARDS } from '../../../lib/core/simulate/cards/model-card'

const ADDRESS = /https?:\/\/[\w.-]+\.\w+\/\S+/
const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/
const UNCHECKED = /\(memory\b|from memory|unverified|^memory$/i

/** One figure of each could not be read anywhere; `status` says which. The card stays for those who have one. */
const PARTLY_UNSOURCED = [
  'A10G-24GB', // NVIDIA's brief for the card made for AWS
  'AI-Pro-R9700-32GB', // bandwidth
  'CIX-P1-64GB', // bus width, compute
  'CPU-2x-Xeon6-768GB', // one card for two processors
  'CPU-2x-Xeon-6980P-768GB', // compute, scaled
  'CPU-Core2-Q8400', // bandwidth, compute
  'CPU-DC-ROMA-II', // worked back from the measured rate
  'CPU-HiFive-P550', // worked back from the measured rate
  'CPU-N150-16GB', // compute
  'CPU-Orion-O6-16GB', // bus width, compute
  'CPU-Pi-400-4GB', // bandwidth
  'CPU-Pi-CM5-cluster-160GB', // what a cluster of nodes in turn reaches
  'CPU-Ryzen-AI-340-16GB', // bandwidth, compute
  'GB10-128GB', // rates other than FP4
  'Jetson-AGX-Orin-64GB', // bandwidth
  'MI300A-128GB', // link
  'Pro-W7700-16GB', // bandwidth
]

describe('a figure carries the address it was read at and the day', () => {
  test.each([...MODEL_CARDS, ...GPU_CARDS].map((card) => [card.name, card] as const))('%s', (_, card) => {
    expect(card.source).toMatch(ADDRESS)
    expect(card.source).not.toMatch(UNCHECKED)
    expect(card.checkedOn).toMatch(DAY)
    if ('status' in card) expect(card.status).not.toMatch(UNCHECKED)
  })

  test('so does what a card costs, with the month it cost that', () => {
    for (const card of GPU_CARDS) {
      const priced = card.rentPerHour !== undefined || card.buyUsd !== undefined
      const facts = [card.priceSource, card.priceDate].filter((fact) => fact !== undefined)
      expect([card.name, facts.length]).toEqual([card.name, priced ? 2 : 0])
      if (!priced) continue
      expect(card.priceSource).toMatch(ADDRESS)
      expect(card.priceSource).not.toMatch(UNCHECKED)
      expect(card.priceDate).toMatch(/^\d{4}-(0[1-9]|1[0-2])$/)
      if (card.rentPerHour !== undefined) expect(card.priceSource).toContain('rent')
      if (card.buyUsd !== undefined) expect(card.priceSource).toContain('buy')
    }
  })

  test('cards of which a figure is not sourced say so, and there are no others', () => {
    const saying = GPU_CARDS.filter((card) => card.status.startsWith('not sourced: ')).map((card) => card.name)
    expect(saying.toSorted()).toEqual(PARTLY_UNSOURCED.toSorted())
  })
})
