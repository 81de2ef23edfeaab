/** What of the address stays when the period changes. */
export interface AddressState {
  readonly path: string
  readonly params: Readonly<Record<string, string>>
}

/** An address with some parameters set; null removes one. */
export function addressWith(state: AddressState, change: Readonly<Record<string, string | null>>): string {
  const query = new URLSearchParams({ ...state.params })
  for (const [name, value] of Object.entries(change)) {
    if (value === null) query.delete(name)
    else query.set(name, value)
  }
  const text = query.toString()
  return text === '' ? state.path : `${state.path}?${text}`
}
