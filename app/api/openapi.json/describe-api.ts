/** The OpenAPI document, made from the schemas that parse the requests. */
import { z } from 'zod'
import { MONEY_OPERATIONS } from './money-operations'
import type { Operation } from './operation'
import { USAGE_OPERATIONS } from './usage-operations'

type Json = Readonly<Record<string, unknown>>

export const OPERATIONS = { ...USAGE_OPERATIONS, ...MONEY_OPERATIONS }

export function describeApi(): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tokentab',
      version: 'v1',
      description:
        'Money and rates are decimal strings, token counts are integers or strings of digits, times are RFC 3339 UTC. Errors are problem+json (RFC 9457) with a closed code.',
    },
    security: [{ token: [] }],
    paths: Object.fromEntries(
      Object.entries(OPERATIONS).map(([path, methods]) => [
        `/api/${path.replaceAll('[', '{').replaceAll(']', '}')}`,
        Object.fromEntries(
          Object.entries(methods).map(([method, operation]) => [method.toLowerCase(), operationJson(path, operation)]),
        ),
      ]),
    ),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      responses: {
        Problem: {
          description: 'Refused; `code` says why and `remedy` what to do.',
          content: { 'application/problem+json': { schema: PROBLEM } },
        },
      },
    },
  }
}

const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    detail: { type: 'string' },
    remedy: { type: 'string' },
  },
}

function operationJson(path: string, operation: Operation): Json {
  const content = contentOf(operation)
  return {
    summary: operation.summary,
    parameters: [
      ...[...path.matchAll(/\[(\w+)\]/g)].map(([, name]) => ({
        name,
        in: 'path',
        required: true,
        schema: { type: 'string' },
      })),
      ...queryParameters(operation.query),
      ...Object.entries(operation.headers ?? {}).map(([name, description]) => ({
        name,
        in: 'header',
        required: false,
        description,
        schema: { type: 'string' },
      })),
    ],
    ...(content === null ? {} : { requestBody: { required: true, content } }),
    responses: {
      [String(operation.status ?? 200)]: {
        description: 'Done.',
        content: Object.fromEntries((operation.replyIs ?? ['application/json']).map((type) => [type, {}])),
      },
      default: { $ref: '#/components/responses/Problem' },
    },
  }
}

function contentOf({ body, bodyIs }: Operation): Json | null {
  if (body !== undefined) return { 'application/json': { schema: schemaJson(body) } }
  if (bodyIs !== undefined) return Object.fromEntries(bodyIs.map((type) => [type, {}]))
  return null
}

/** The members of a query's schema, one parameter each. */
function queryParameters(query: z.ZodType | undefined): Json[] {
  if (query === undefined) return []
  const { properties, required } = schemaJson(query)
  const names = Array.isArray(required) ? required : []
  return Object.entries(isObject(properties) ? properties : {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: names.includes(name),
    schema,
  }))
}

/** What may be sent, before it is read; a rule that JSON Schema cannot say is left out. */
function schemaJson(schema: z.ZodType): Json {
  const { $schema: _dialect, ...said } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return said
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
