/** Values of JSON as `json.ts` makes them. */

export type JsonValue = null | boolean | number | bigint | string | JsonArray | JsonObject
export type JsonArray = readonly JsonValue[]
export interface JsonObject {
  readonly [key: string]: JsonValue
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An object with nothing inherited, in the engine's fast form, which `Object.create(null)` is not. */
export const Bare = function Bare() {} as unknown as new () => Record<string, JsonValue>
Bare.prototype = Object.freeze(Object.create(null))
/** Stands for objects of which nothing is wanted; nothing is put into it. */
export const NOTHING = Object.freeze(new Bare())
