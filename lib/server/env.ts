/**
 * The only reader of process.env. Read lazily, so that building needs no configuration, and parsed once.
 */
import { resolve } from 'node:path'
import { z } from 'zod'

const schema = z.object({
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  HOST: z.string().default('127.0.0.1'),
  TOKENTAB_DATA_DIR: z.string().default('./.tokentab'),
  DATABASE_URL: z.string().optional(),
  TOKENTAB_PUBLIC_URL: z.url().optional(),
  TOKENTAB_ADMIN_EMAIL: z.string().optional(),
  TOKENTAB_ADMIN_PASSWORD: z.string().optional(),
  TOKENTAB_SAMPLE_DATA: z.enum(['0', '1']).default('0'),
  TOKENTAB_MAX_UPLOAD_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(20 * 1024 ** 3),
  TOKENTAB_TRUST_PROXY: z.enum(['0', '1']).default('0'),
  /** Hosts, addresses and networks that webhooks may reach although they are not public. */
  TOKENTAB_OUTBOUND_ALLOW: z.string().optional(),
  TOKENTAB_SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  TOKENTAB_SMTP_FROM: z.string().optional(),
  TOKENTAB_OIDC_ISSUER: z.url().optional(),
  TOKENTAB_OIDC_CLIENT_ID: z.string().optional(),
  TOKENTAB_OIDC_CLIENT_SECRET: z.string().optional(),
  TOKENTAB_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  NODE_ENV: z.string().default('production'),
  /** Fault injection points of the crash tests; read only when NODE_ENV is "test". */
  FAULT: z.string().optional(),
})

export type Env = z.infer<typeof schema> & { readonly dataDir: string }

let parsed: Env | null = null

/** Throws a readable error naming each wrong variable. */
export function env(): Env {
  // Two bundles of one process may each hold a copy of this module; the address of the database may change under both.
  if (parsed !== null && parsed.DATABASE_URL === (process.env.DATABASE_URL || undefined)) return parsed
  const blankIsAbsent = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''))
  const result = schema.safeParse(blankIsAbsent)
  if (!result.success) {
    const lines = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
    throw new Error(`Configuration cannot be read:\n${lines.join('\n')}`)
  }
  parsed = { ...result.data, dataDir: resolve(result.data.TOKENTAB_DATA_DIR) }
  return parsed
}

/** Set by the process that starts the embedded database, before anything connects. */
export function setDatabaseUrl(url: string): void {
  process.env.DATABASE_URL = url
  parsed = null
}

/**
 * next-auth learns its own address from the environment alone. With a configured public address it uses that; otherwise the
 * Host header of each request, which a browser sets truthfully.
 */
export function configureNextAuth(): void {
  const publicUrl = env().TOKENTAB_PUBLIC_URL
  if (publicUrl === undefined) process.env.AUTH_TRUST_HOST = '1'
  else process.env.NEXTAUTH_URL = new URL(publicUrl).origin
}

/** A command answers on stdout and complains on stderr; what it does in between is of interest only when asked for. */
export function quietLog(): void {
  process.env.TOKENTAB_LOG_LEVEL ||= 'warn'
  parsed = null
}
