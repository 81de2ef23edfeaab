import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { canReach } from '../../../lib/server/db/embedded/account'
import { openToAll } from '../../../lib/server/db/embedded/native'

const nobody = { name: 'nobody', uid: 65_534, gid: 65_534 }

test('programs that a root with a strict umask installed can be run by the account that is lent to the database', () => {
  const root = mkdtempSync(join(tmpdir(), 'tokentab-native-'))
  try {
    chmodSync(root, 0o711)
    const copy = join(root, 'native')
    mkdirSync(join(copy, 'bin'), { recursive: true, mode: 0o700 })
    mkdirSync(join(copy, 'lib'), { mode: 0o750 })
    writeFileSync(join(copy, 'bin/postgres'), '', { mode: 0o700 })
    writeFileSync(join(copy, 'lib/libpq.so.5.18'), '', { mode: 0o600 })
    symlinkSync('libpq.so.5.18', join(copy, 'lib/libpq.so.5'))
    expect(canReach(join(copy, 'bin/postgres'), nobody)).toBe(false)
    openToAll(copy)
    expect(canReach(join(copy, 'bin/postgres'), nobody)).toBe(true)
    expect(statSync(join(copy, 'lib/libpq.so.5')).mode & 0o777).toBe(0o644)
    expect(statSync(join(copy, 'lib')).mode & 0o777).toBe(0o755)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})
