/** The answer that follows the question: asked once the hand rests, and what was asked before is given up. */
import { useEffect, useRef, useState } from 'react'
import type { SimulationView } from '../../../lib/core/report/simulation-view'
import type { ScenarioInput } from '../../../lib/core/simulate/scenario'
import { t } from '../messages/en'

export interface Refusal {
  readonly message: string
  readonly remedy: string | null
}

export interface LiveAnswer {
  readonly answer: SimulationView | null
  readonly refused: Refusal | null
}

const REST_MS = 120

/** `first` is what the server answered `firstScenario` with; the last answer stays on the page until the next is here. */
export function useLiveAnswer(
  scenario: ScenarioInput,
  firstScenario: ScenarioInput,
  first: LiveAnswer,
): LiveAnswer & { readonly pending: boolean } {
  const asked = JSON.stringify(scenario)
  const [state, setState] = useState({ asked: JSON.stringify(firstScenario), ...first })
  const answered = useRef(state.asked)
  useEffect(() => {
    if (asked === answered.current) return
    const abort = new AbortController()
    const timer = setTimeout(() => {
      void fetchAnswer(asked, abort.signal).then((reply) => {
        if (reply === null) return
        answered.current = asked
        setState((before) => ({ asked, answer: reply.answer ?? before.answer, refused: reply.refused }))
      })
    }, REST_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [asked])
  return { answer: state.answer, refused: state.refused, pending: state.asked !== asked }
}

/** Null when it was given up. */
async function fetchAnswer(body: string, signal: AbortSignal): Promise<LiveAnswer | null> {
  try {
    const reply = await fetch('/api/v1/simulate', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-tokentab': '1' },
      body,
      signal,
    })
    const value: unknown = await reply.json()
    if (reply.ok) return { answer: value as SimulationView, refused: null }
    const said = value as { detail?: unknown; remedy?: unknown }
    return {
      answer: null,
      refused: {
        message: typeof said.detail === 'string' ? said.detail : t.account.unreadable,
        remedy: typeof said.remedy === 'string' ? said.remedy : null,
      },
    }
  } catch {
    if (signal.aborted) return null
    // No reply came, or it was cut off.
    return { answer: null, refused: { message: t.account.networkLost, remedy: null } }
  }
}
