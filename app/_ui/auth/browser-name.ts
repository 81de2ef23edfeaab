/** "Firefox on Linux" from a user agent text; null when it names neither. Good enough to recognise one's own browsers. */
const BROWSERS = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const
const SYSTEMS = [
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Android', 'Android'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'macOS'],
  ['CrOS', 'ChromeOS'],
  ['Linux', 'Linux'],
] as const

export function browserName(userAgent: string | null): string | null {
  if (userAgent === null) return null
  const names = [BROWSERS, SYSTEMS].flatMap((list) => {
    const found = list.find(([mark]) => userAgent.includes(mark))
    return found === undefined ? [] : [found[1]]
  })
  return names.length === 0 ? null : names.join(' · ')
}
