/** Lets few in at a time and few wait: work that needs several connections must not exhaust the pool and wait for itself. */
import 'server-only'
import { AppError } from './errors'

export class Turnstile {
  private inside = 0
  private readonly waiting: (() => void)[] = []

  /** `patienceMs` is how long one waits at most; without it as long as it takes. */
  constructor(
    private readonly places: number,
    private readonly queue: number,
    private readonly patienceMs: number | null = null,
    private readonly refusal: () => AppError = tooMany,
  ) {}

  /** Throws UNAVAILABLE when too many wait already or waiting took too long: come back later, nothing was begun. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.inside < this.places) this.inside += 1
    else {
      if (this.waiting.length >= this.queue) {
        throw this.refusal()
      }
      // Whoever leaves hands its place over.
      await this.place()
    }
    try {
      return await work()
    } finally {
      const next = this.waiting.shift()
      if (next === undefined) this.inside -= 1
      else next()
    }
  }

  private async place(): Promise<void> {
    const { patienceMs } = this
    await new Promise<void>((enter, leave) => {
      if (patienceMs === null) {
        this.waiting.push(enter)
        return
      }
      const wait = () => {
        clearTimeout(timer)
        enter()
      }
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(wait), 1)
        leave(this.refusal())
      }, patienceMs)
      this.waiting.push(wait)
    })
  }
}

function tooMany(): AppError {
  return new AppError('UNAVAILABLE', 'Too many requests wait to be stored. Nothing of this one was stored.', {
    reason: 'OVERLOADED',
    remedy: 'Send it again later.',
    retryAfterSeconds: 2,
  })
}
