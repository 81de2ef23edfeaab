/** A way to PostgreSQL that can be cut: between the product and the server, once some statement has gone through. */
import { connect, createServer, type Socket } from 'node:net'

export interface CuttingProxy {
  readonly url: string
  /** How often it cut. */
  readonly cuts: () => number
  readonly close: () => Promise<void>
}

/** Forwards the COMMIT of the first connection that said `statement`, and cuts before the reply comes back. */
export async function cutAfterCommit(target: string, statement: string): Promise<CuttingProxy> {
  const to = new URL(target)
  const open = new Set<Socket>()
  let cuts = 0
  const server = createServer((client) => {
    const upstream = connect({ host: to.hostname, port: Number.parseInt(to.port, 10) })
    let isMarked = false
    let isCut = false
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        open.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    client.on('data', (bytes: Buffer) => {
      if (bytes.includes(statement)) isMarked = true
      upstream.write(bytes)
      if (!isMarked || cuts > 0 || !bytes.includes('COMMIT\0')) return
      isCut = true
      cuts += 1
      // The server has it and commits; its reply goes nowhere.
      setTimeout(() => client.destroy(), 300)
    })
    upstream.on('data', (bytes: Buffer) => {
      if (!isCut) client.write(bytes)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const url = new URL(target)
  url.port = String(typeof address === 'object' && address !== null ? address.port : '')
  url.hostname = '127.0.0.1'
  return {
    url: url.href,
    cuts: () => cuts,
    close: async () => {
      for (const socket of open) socket.destroy()
      await new Promise<void>((done) => server.close(() => done()))
    },
  }
}
