/** Waiting for a NOTIFY with a time limit. The connection may break: then the limit alone ends the wait. */
import 'server-only'
import pg from 'pg'
import { env } from '../env'

export interface Bell {
  /** Returns when the channel rang since the last wait, after the time, or at the signal. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

export function listen(channel: 'import_stored'): Bell {
  let client: pg.Client | null = null
  let rang = false
  let wake: () => void = () => undefined
  const drop = () => {
    client = null
  }
  const connect = async () => {
    const next = new pg.Client({ connectionString: env().DATABASE_URL, application_name: 'tokentab bell' })
    next.on('error', drop)
    next.on('end', drop)
    next.on('notification', () => {
      rang = true
      wake()
    })
    await next.connect()
    await next.query(`LISTEN ${channel}`)
    client = next
  }
  return {
    wait: async (milliseconds, signal) => {
      // Without the bell the caller still looks by itself every time the wait ends.
      if (client === null) await connect().catch(drop)
      if (rang || signal.aborted) {
        rang = false
        return
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
        signal.addEventListener('abort', wake, { once: true })
      })
      signal.removeEventListener('abort', wake)
      rang = false
    },
    close: async () => {
      const open = client
      client = null
      open?.removeAllListeners('end')
      await open?.end()
    },
  }
}
