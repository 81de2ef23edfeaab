import { expect, test } from 'vitest'
import { t } from '../../../app/_ui/messages/en'

test.each([
  [t.change.others(2207), '2,207 others'],
  [t.chargeback.moreGroups(1900), 'and 1,900 more'],
  [t.explore.other(12_345), '12,345 others'],
  [t.overview.moreModels(1000), 'and 1,000 more'],
  [t.whatIf.frontierRest(2957), '2,957 more'],
  [t.whatIf.frontierRest(1), '1 more'],
])('a count beside figures is grouped as they are: %s', (text, expected) => {
  expect(text).toBe(expected)
})
