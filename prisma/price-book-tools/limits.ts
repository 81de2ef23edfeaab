/** Longest answers the model makers state, for models the catalogue gives only a context length. Tokens. */
export const OUTPUT_LIMITS: Readonly<Record<string, number>> = {}
