import { describe, expect, it } from 'vitest'
import { readAll } from './reading'

interface Told {
  readonly id: string
  readonly session: string
  readonly created: number
  readonly completed?: number
  readonly input?: number
}
const START = Date.UTC(2026, 8, 1, 10)
const message = ({ id, session, created, completed, input = 10 }: Told) => ({
  id,
  sessionID: session,
  role: 'assistant',
  time: { created: START + created, ...(completed === undefined ? {} : { completed: START + completed }) },
  modelID: 'claude-sonnet-4-5',
  providerID: 'anthropic',
  cost: 0.01,
  tokens: { input, output: 5, reasoning: 0, cache: { read: 2, write: 0 } },
})
const names = (...told: readonly Told[]) =>
  readAll(told.map((one) => `${JSON.stringify(message(one))}\n`).join('')).records.map(({ identity }) =>
    JSON.stringify(identity),
  )

describe('an opencode session and its fork', () => {
  it('names the messages that the fork copied under other ids as those of the parent', () => {
    const parent = names(
      { id: 'msg_1', session: 'ses_1', created: 0, completed: 4_000 },
      { id: 'msg_2', session: 'ses_1', created: 5_000, completed: 9_000 },
    )
    const fork = names(
      { id: 'msg_7', session: 'ses_2', created: 0, completed: 4_000 },
      { id: 'msg_8', session: 'ses_2', created: 5_000, completed: 9_000 },
      { id: 'msg_9', session: 'ses_2', created: 60_000, completed: 64_000 },
    )
    expect(fork.slice(0, 2)).toEqual(parent)
    expect(new Set([...parent, ...fork]).size).toBe(3)
  })

  it('tells calls apart that agents began at the same moment', () => {
    const both = names(
      { id: 'msg_1', session: 'ses_1', created: 0, completed: 4_000 },
      { id: 'msg_2', session: 'ses_2', created: 0, completed: 4_100 },
      { id: 'msg_3', session: 'ses_3', created: 0, completed: 4_000, input: 11 },
      { id: 'msg_4', session: 'ses_4', created: 0 },
      { id: 'msg_5', session: 'ses_5', created: 0 },
    )
    expect(new Set(both).size).toBe(5)
  })
})
