/** One operation of the API as its description tells it. The schemas are those that parse the requests. */
import type { z } from 'zod'

export interface Operation {
  readonly summary: string
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  /** What the body is when it is not JSON. */
  readonly bodyIs?: readonly string[]
  /** Header fields the operation reads, with what they are for. */
  readonly headers?: Readonly<Record<string, string>>
  /** 200 unless said. */
  readonly status?: number
  /** What comes back when it is not JSON. */
  readonly replyIs?: readonly string[]
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS'

/** Path under /api, as the folders name it, to its methods. */
export type Operations = Readonly<Record<string, Partial<Readonly<Record<Method, Operation>>>>>
