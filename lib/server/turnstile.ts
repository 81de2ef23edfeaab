/** Lets few in at a time and few wait: work that needs several connections must not exhaust the pool and wait for itself. */
import 'server-only'
import { AppError } from './errors'

export class Turnstile {
  private inside = 0
  private readonly waiting: (() => void)[] = []

  constructor(
    private readonly places: number,
    private readonly queue: number,
  ) {}

  /** Throws UNAVAILABLE when too many wait already: the sender comes back later and nothing was begun. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.inside < this.places) this.inside += 1
    else {
      if (this.waiting.length >= this.queue) {
        throw new AppError('UNAVAILABLE', 'Too many requests wait to be stored. Nothing of this one was stored.', {
          reason: 'OVERLOADED',
          remedy: 'Send it again later.',
          retryAfterSeconds: 2,
        })
      }
      // Whoever leaves hands its place over.
      await new Promise<void>((enter) => this.waiting.push(enter))
    }
    try {
      return await work()
    } finally {
      const next = this.waiting.shift()
      if (next === undefined) this.inside -= 1
      else next()
    }
  }
}
