import { expect, test } from 'vitest'
import { linkedText } from '../../../lib/core/report/linked-text'

const LIST = 'https://github.com/owner/name/blob/744d01e18b79512572f64a6bbd8b5f4a725203a7/compute/README.md'

test('each address among words is a part of its own, without what follows it', () => {
  expect(linkedText(`memory: ${LIST}; rate: https://example.com/a (a copy), http://b.example/.`)).toEqual([
    { text: 'memory: ', href: null },
    { text: 'github.com/owner/name/…/compute/README.md', href: LIST },
    { text: '; rate: ', href: null },
    { text: 'example.com/a', href: 'https://example.com/a' },
    { text: ' (a copy), ', href: null },
    { text: 'b.example', href: 'http://b.example/' },
    { text: '.', href: null },
  ])
})

test('a text of words alone, an address alone and nothing at all', () => {
  expect(linkedText('Mean of the calls')).toEqual([{ text: 'Mean of the calls', href: null }])
  expect(linkedText('https://www.example.com/prices')).toEqual([
    { text: 'example.com/prices', href: 'https://www.example.com/prices' },
  ])
  expect(linkedText('')).toEqual([])
})

test('put together again, the parts name every address of the text', () => {
  const text = `(${LIST}), https://a.example:8080/x?y=1,2&z=(3`
  const rebuilt = linkedText(text).map((part) => part.href ?? part.text)
  expect(rebuilt.join('')).toBe(text)
})
