/** The answer that follows the question: asked once the hand rests, and what was asked before is given up. */
import { useEffect, useRef, useState } from 'react'
import { t } from '../messages/en'

export interface Refusal {
  readonly message: string
  readonly remedy: string | null
}

export interface Live<Answer> {
  readonly answer: Answer | null
  readonly refused: Refusal | null
}

const REST_MS = 120

/** `first` is what the server answered `firstQuestion` with; the last answer stays on the page until the next is here. */
export function useLive<Answer>(
  path: string,
  question: object,
  firstQuestion: object | null,
  first: Live<Answer>,
): Live<Answer> & { readonly pending: boolean } {
  const asked = JSON.stringify(question)
  const [state, setState] = useState({ asked: firstQuestion === null ? '' : JSON.stringify(firstQuestion), ...first })
  const answered = useRef(state.asked)
  useEffect(() => {
    if (asked === answered.current) return
    const abort = new AbortController()
    const timer = setTimeout(() => {
      void fetchAnswer<Answer>(path, asked, abort.signal).then((reply) => {
        if (reply === null) return
        answered.current = asked
        setState((before) => ({ asked, answer: reply.answer ?? before.answer, refused: reply.refused }))
      })
    }, REST_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [asked, path])
  return { answer: state.answer, refused: state.refused, pending: state.asked !== asked }
}

/** Null when it was given up. */
async function fetchAnswer<Answer>(path: string, body: string, signal: AbortSignal): Promise<Live<Answer> | null> {
  try {
    const reply = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-tokentab': '1' },
      body,
      signal,
    })
    const value: unknown = await reply.json()
    if (reply.ok) return { answer: value as Answer, refused: null }
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
