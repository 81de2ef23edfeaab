/** What Azure's names of meters say. They are irregular: "gpt-4o-mini-0718-Inp-glbl Tokens", "5.4 mini cd Inp Gl 1M Tokens". */
import type { Meter } from '../usage/meter'

interface AzureMeter {
  readonly model: string | null
  readonly meter: Meter | null
  readonly serviceTier: string
}

/** A word that stands by itself: "opt" is output, and a part of "optimized". */
const word = (pattern: string) => new RegExp(`(?:^|[\\s-])(?:${pattern})(?=[\\s-]|$)`, 'i')

const CACHED = 'cached|cchd|cched|ccchd|cache|cach|cd'
const OUTPUT = '(?:batch)?(?:output|outpt|outp|out|opt)'
const INPUT = '(?:batch)?(?:input|inpt|inp|in)'
const IS_WRITTEN = word(`(?:${CACHED})[\\s-](?:wr|write)`)
const IS_CACHED = word(CACHED)
const IS_INPUT = word(INPUT)
const IS_OUTPUT = word(OUTPUT)
/** The first word that is none of the model's name. */
const BEHIND_MODEL = new RegExp(`[\\s-](?:batch|pp|longco|${CACHED}|${INPUT}|${OUTPUT})(?=[\\s-]|$)`, 'i')

const IS_TEXT = word('txt')
const APART: readonly (readonly [RegExp, Readonly<Partial<Record<Meter, Meter>>>])[] = [
  [word('aud\\d*'), { input: 'input_audio', cache_read: 'cache_read_audio', output: 'output_audio' }],
  [word('img\\d*'), { input: 'input_image', cache_read: 'cache_read_image', output: 'output_image' }],
]

/** Whether the names that Azure gives a service are of one that sells models. */
export function isAzureModels(names: string): boolean {
  return /openai|foundry|azure ai|cognitive ?services/i.test(names)
}

export function azureMeterOf(name: string): AzureMeter {
  // "pp" is priority processing.
  const serviceTier = /batch/i.test(name) ? 'batch' : word('pp|priority').test(name) ? 'priority' : 'standard'
  const counted = countedBy(name)
  if (counted === null) return { model: null, meter: null, serviceTier }
  // Of a model that hears and reads, text is said apart.
  const apart = IS_TEXT.test(name) ? undefined : APART.find(([pattern]) => pattern.test(name))?.[1]
  const end = BEHIND_MODEL.exec(name)?.index ?? 0
  return { model: name.slice(0, end).trim() || null, meter: apart?.[counted] ?? counted, serviceTier }
}

function countedBy(name: string): Meter | null {
  if (IS_WRITTEN.test(name)) return 'cache_write_5m'
  if (IS_CACHED.test(name)) return 'cache_read'
  if (IS_INPUT.test(name)) return 'input'
  return IS_OUTPUT.test(name) ? 'output' : null
}
