import { commandLinePrincipal } from '../server/auth/command-line'
import type { CreateTokenInput } from '../server/use-case/create-token'
import { createToken } from '../server/use-case/create-token'
import { readArguments } from './arguments'
import { withDatabase } from './database'
import { printJson, printLine, UsageError } from './output'

/** `tokentab token create`: prints the new token and nothing else on stdout. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = readArguments({
    args,
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      scopes: { type: 'string' },
      workspace: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  if (positionals.join(' ') !== 'create')
    throw new UsageError('The only thing to do with a token here is: token create')
  const { name, scopes } = values
  if (name === undefined || scopes === undefined) throw new UsageError('token create needs --name and --scopes.')
  const list = scopes.split(',').map((scope) => scope.trim())
  const made = await withDatabase(async () => {
    const principal = await commandLinePrincipal(values.workspace)
    // The use-case judges the scopes and names the wrong one.
    return await createToken(principal, { name, scopes: list as CreateTokenInput['scopes'] })
  })
  if (values.json)
    printJson({ id: made.id, token: made.token, prefix: made.prefix, name: made.name, scopes: made.scopes })
  else printLine(made.token)
  return 0
}
