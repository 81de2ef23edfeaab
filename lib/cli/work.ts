/** `tokentab work`: the import worker, started by the server and ending with it. */
export async function run(): Promise<number> {
  let wake: () => void = () => undefined
  const ended = new Promise<void>((done) => {
    wake = done
  })
  // The server is gone, however it went: nobody would restart or stop this process.
  process.on('disconnect', () => wake())
  process.on('SIGTERM', () => wake())
  // Ctrl-C reaches the whole terminal group; the server says when to stop.
  process.on('SIGINT', () => undefined)
  await ended
  process.exit(0)
}
