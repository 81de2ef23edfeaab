/** Names of meters from Azure's retail prices and cost exports, of 2024 to 2026. */
import { describe, expect, it } from 'vitest'
import { azureMeterOf } from '../../../lib/core/source/azure-meter'

describe('a meter of Azure', () => {
  it.each([
    ['gpt-4o-mini-0718-Inp-glbl Tokens', 'gpt-4o-mini-0718', 'input', 'standard'],
    ['gpt 4o 1120 cached Inp regnl Tokens', 'gpt 4o 1120', 'cache_read', 'standard'],
    ['gpt 4o 0513 Output global Tokens', 'gpt 4o 0513', 'output', 'standard'],
    ['gpt-35-turbo-4k-Output-regional', 'gpt-35-turbo-4k', 'output', 'standard'],
    ['GPT 5 Nano Inpt Glbl 1M Tokens', 'GPT 5 Nano', 'input', 'standard'],
    ['GPT 5 Mini cchd Inpt Glbl 1M Tokens', 'GPT 5 Mini', 'cache_read', 'standard'],
    ['GPT 5 Mini outpt Glbl 1M Tokens', 'GPT 5 Mini', 'output', 'standard'],
    ['5.4 mini cd Inp Gl 1M Tokens', '5.4 mini', 'cache_read', 'standard'],
    ['5.4 mini Opt Gl 1M Tokens', '5.4 mini', 'output', 'standard'],
    ['5.3 codex opt Gl 1M Tokens', '5.3 codex', 'output', 'standard'],
    ['5.4 Cd Wr Gl 1M Tokens', '5.4', 'cache_write_5m', 'standard'],
    ['5.4 longco cd inp Gl 1M Tokens', '5.4', 'cache_read', 'standard'],
    ['5.4 longco opt Gl 1M Tokens', '5.4', 'output', 'standard'],
    ['MAI-Thinking-1 Opt glbl 1M Tokens', 'MAI-Thinking-1', 'output', 'standard'],
    ['V4 Pro cached glbl Tokens', 'V4 Pro', 'cache_read', 'standard'],
    ['gpt 4o mini dev ft cchd inpt glbl Tokens', 'gpt 4o mini dev ft', 'cache_read', 'standard'],
    ['GPT 5 pp outpt Glbl 1M Tokens', 'GPT 5', 'output', 'priority'],
    ['gpt 4.5 0227 Batch Inp glbl', 'gpt 4.5 0227', 'input', 'batch'],
    ['gpt-4o-0806-Batch-Outp-glbl Tokens', 'gpt-4o-0806', 'output', 'batch'],
    ['gpt 4o mini0718 BatchOutp DataZone Tokens', 'gpt 4o mini0718', 'output', 'batch'],
    ['5.4 Batch inp Gl 1M Tokens', '5.4', 'input', 'batch'],
    ['gpt-4o-rt-aud-1217 cchd Inp glbl', 'gpt-4o-rt-aud-1217', 'cache_read_audio', 'standard'],
    ['gpt4omini-aud1217 Outp regnl', 'gpt4omini-aud1217', 'output_audio', 'standard'],
    ['gpt rt aud mn in gl 1215 1M Tokens', 'gpt rt aud mn', 'input_audio', 'standard'],
    ['gpt aud 1.5 txt opt Gl 1M Tokens', 'gpt aud 1.5 txt', 'output', 'standard'],
    ['gpt rt img 0828 Inp glbl Tokens', 'gpt rt img 0828', 'input_image', 'standard'],
  ])('says its model, what it counts and the tier: %s', (name, model, meter, serviceTier) => {
    expect(azureMeterOf(name)).toEqual({ model, meter, serviceTier })
  })

  it.each([
    'gpt-4.1-nano-ft hosting global',
    'gpt-4.1-nano FT Training regional',
    'Pay As You Go Copilot Credit',
    'LRS Data Stored',
  ])('of something else names no model: %s', (name) => {
    expect(azureMeterOf(name)).toMatchObject({ model: null, meter: null })
  })
})
