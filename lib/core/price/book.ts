/**
 * A price book ready for use: entries grouped by host and model, names resolved, and for each model the instants,
 * prompt lengths and clocks at which its prices change, so that choosing prices is a lookup.
 */
import type { InstantMs } from '../time/instant'
import type { HostInfo } from './book-file'
import type { CompiledHost, CompiledModel, NameTarget, PriceBook } from './compiled'
import { promptRange } from './condition'
import type { LocalTimeCondition, ModelAlias, PriceEntry } from './entry'

/** Any model name of the host, where the host prices them all alike (software on one's own machine). */
const ANY_MODEL = '*'
/** Names come from outside, so what is remembered about them is bounded. */
const MAX_RESOLVED_NAMES = 20_000
const MAX_NAME_LENGTH = 300

export function compileBook(parts: {
  readonly entries: readonly PriceEntry[]
  readonly aliases: readonly ModelAlias[]
  readonly hosts: readonly HostInfo[]
}): PriceBook {
  const infos = new Map(parts.hosts.map((info) => [info.host, info]))
  for (const { host } of [...parts.entries, ...parts.aliases]) {
    if (!infos.has(host)) infos.set(host, { host, title: host, names: [], prefixes: [], serviceTiers: {} })
  }
  const hostNames = new Map<string, string>()
  for (const info of infos.values()) for (const name of info.names) hostNames.set(name, info.host)
  for (const host of infos.keys()) hostNames.set(host, host)
  const entriesByHost = groupBy(parts.entries, (entry) => entry.host)
  const aliasesByHost = groupBy(parts.aliases, (alias) => alias.host)
  const hosts = new Map<string, CompiledHost>()
  for (const info of infos.values()) {
    hosts.set(info.host, compileHost(info, entriesByHost.get(info.host) ?? [], aliasesByHost.get(info.host) ?? []))
  }
  return { hosts, hostNames, entries: parts.entries, selections: new Map() }
}

function compileHost(info: HostInfo, entries: readonly PriceEntry[], aliases: readonly ModelAlias[]): CompiledHost {
  const byModel = groupBy(entries, (entry) => entry.model)
  const everywhere = (byModel.get(ANY_MODEL) ?? []).filter((entry) => entry.kind === 'multiplier')
  const models = new Map<string, CompiledModel>()
  for (const [model, own] of byModel) {
    const multipliers = [
      ...own.filter((entry) => entry.kind === 'multiplier'),
      ...(model === ANY_MODEL ? [] : everywhere),
    ]
    const rates = own.filter((entry) => entry.kind === 'rate')
    if (rates.length > 0) models.set(model, compileModel(model, rates, multipliers))
  }
  const exact = new Map<string, NameTarget[]>()
  const dated = new Map<string, NameTarget[]>()
  for (const alias of aliases) {
    const target = { model: alias.model, fromMs: alias.fromMs, toMs: alias.toMs }
    push(exact, alias.pattern, target)
    if (alias.kind === 'dated') push(dated, alias.pattern, target)
  }
  // A model's own id is always a name of it, unless the name is dated rows of its own.
  for (const model of models.keys()) {
    if (model !== ANY_MODEL && !exact.has(model)) exact.set(model, [{ model, fromMs: 0, toMs: null }])
  }
  return { info, models, exact, dated, resolved: new Map() }
}

function compileModel(model: string, rates: readonly PriceEntry[], multipliers: readonly PriceEntry[]): CompiledModel {
  const all = [...rates, ...multipliers]
  const instants = new Set<InstantMs>()
  const lengths = new Set<bigint>()
  const clocks = new Map<string, LocalTimeCondition>()
  for (const { fromMs, toMs, conditions } of all) {
    instants.add(fromMs)
    if (toMs !== null) instants.add(toMs)
    if (conditions.promptTokens !== undefined) {
      const range = promptRange(conditions.promptTokens)
      lengths.add(range.from)
      if (range.to !== null) lengths.add(range.to + 1n)
    }
    if (conditions.localTime !== undefined) clocks.set(JSON.stringify(conditions.localTime), conditions.localTime)
  }
  return {
    model,
    rates,
    multipliers,
    instants: [...instants].sort((a, b) => a - b),
    lengths: [...lengths].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)),
    clocks: [...clocks.values()],
    reads: {
      region: all.some((entry) => entry.conditions.region !== undefined),
      mode: all.some((entry) => entry.conditions.mode !== undefined),
      contextSize: all.some((entry) => entry.conditions.contextSize !== undefined),
    },
    billsRequests: rates.some((entry) => entry.meter === 'requests'),
    situations: new Map(),
    latest: null,
  }
}

/** The host a spelling means, or null. */
export function resolveHost(book: PriceBook, host: string): CompiledHost | null {
  const direct = book.hosts.get(host)
  if (direct !== undefined) return direct
  const named = book.hostNames.get(host.trim().toLowerCase())
  return (named === undefined ? undefined : book.hosts.get(named)) ?? null
}

/**
 * The model a name means at an instant, or null. A name is a whole row of the book: exactly, or followed by a date
 * ("-20260805", "-2026-08-05", "@20260805") where the row says so; a part of a name never counts.
 */
export function resolveModel(host: CompiledHost, name: string, ms: InstantMs): CompiledModel | null {
  for (const target of rememberedTargets(host, name)) {
    if (ms >= target.fromMs && (target.toMs === null || ms < target.toMs)) return host.models.get(target.model) ?? null
  }
  return null
}

/** True when the book has this name at some time. */
export function knowsName(host: CompiledHost, name: string): boolean {
  return rememberedTargets(host, name).length > 0
}

/** The models a name means over time. */
export function nameTargets(host: CompiledHost, name: string): readonly NameTarget[] {
  return rememberedTargets(host, name)
}

/** Instants at which the name begins or ends to mean a model. */
export function nameEdges(host: CompiledHost, name: string): InstantMs[] {
  return rememberedTargets(host, name).flatMap(({ fromMs, toMs }) => (toMs === null ? [fromMs] : [fromMs, toMs]))
}

function rememberedTargets(host: CompiledHost, name: string): readonly NameTarget[] {
  let targets = host.resolved.get(name)
  if (targets === undefined) {
    targets = targetsOf(host, name)
    if (host.resolved.size >= MAX_RESOLVED_NAMES) host.resolved.clear()
    host.resolved.set(name, targets)
  }
  return targets
}

/** Fine-tuned ids carry their owner after the base they are priced as: ft:BASE:ORGANISATION:SUFFIX:ID. */
const FINE_TUNED = /^(ft:[^:]+):/
const DATE_ENDING = /^(.+?)[-@](\d{4})-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])$/

function targetsOf(host: CompiledHost, rawName: string): readonly NameTarget[] {
  if (rawName.length > MAX_NAME_LENGTH) return []
  const whole = rawName.trim().toLowerCase()
  for (const name of withoutPrefixes(host.info.prefixes, whole)) {
    const exact = host.exact.get(name)
    if (exact !== undefined) return exact
    const date = DATE_ENDING.exec(name)
    const dated = date === null ? undefined : host.dated.get(date[1] as string)
    if (dated !== undefined) return dated
    const tuned = host.exact.get(FINE_TUNED.exec(name)?.[1] ?? '')
    if (tuned !== undefined) return tuned
  }
  return host.models.has(ANY_MODEL) && whole !== '' ? [{ model: ANY_MODEL, fromMs: 0, toMs: null }] : []
}

/** The name, then the name without each prefix the host's grammar allows in front of it. */
function withoutPrefixes(prefixes: readonly string[], name: string): string[] {
  const forms = [name]
  for (const form of forms) {
    for (const prefix of prefixes) {
      const length = prefixLength(prefix, form)
      const rest = form.slice(length)
      if (length > 0 && rest !== '' && !forms.includes(rest)) forms.push(rest)
    }
  }
  return forms
}

/** How much of the name the prefix takes, 0 for nothing. One "*" stands for any text up to what follows it. */
function prefixLength(prefix: string, name: string): number {
  const star = prefix.indexOf('*')
  if (star === -1) return name.startsWith(prefix) ? prefix.length : 0
  const end = prefix.slice(star + 1)
  const at = name.startsWith(prefix.slice(0, star)) ? name.indexOf(end, star) : -1
  return at === -1 ? 0 : at + end.length
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) push(groups, keyOf(item), item)
  return groups
}

function push<T>(groups: Map<string, T[]>, key: string, item: T): void {
  const group = groups.get(key)
  if (group === undefined) groups.set(key, [item])
  else group.push(item)
}
