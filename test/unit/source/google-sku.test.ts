/** Names of SKUs that bills of real accounts have, told apart by their price. */
import { describe, expect, it } from 'vitest'
import { skuOf } from '../../../lib/core/source/google-sku'

const read = (service: string, sku: string) => {
  const { model, meter, serviceTier } = skuOf(service, sku)
  return [model, meter, serviceTier]
}

describe('a SKU of the Gemini API', () => {
  it.each([
    ['Generate_content cached text input token count for gemini 3 flash', 'gemini-3-flash', 'cache_read'],
    ['Generate content output token count Gemini 2.5 Pro short output text', 'gemini-2.5-pro', 'output'],
    ['EmbedContent input token count for gemini-embedding-2 text', 'gemini-embedding-2', 'input'],
    ['EmbedContent input token count for gemini-embedding-001', 'gemini-embedding-001', 'input'],
    ['Generate content cached input token count gemini 2.5 flash input image', 'gemini-2.5-flash', 'cache_read_image'],
    ['Generate content input token count Gemini 2.5 Pro input image', 'gemini-2.5-pro', 'input_image'],
    ['GenerateContent text output token count for Gemini 2.0 Flash', 'gemini-2.0-flash', 'output'],
    ['GenerateContent image input token count for Gemini 2.0 Flash', 'gemini-2.0-flash', 'input_image'],
    ['GenerateContent audio input token count for Gemini 2.0 Flash', 'gemini-2.0-flash', 'input_audio'],
    ['Generate content input token count gemini 2.5 flash lite short input text', 'gemini-2.5-flash-lite', 'input'],
    ['Generate_content text cached input token count for gemini 3 pro short', 'gemini-3-pro', 'cache_read'],
    ['Generate_content text output token count for gemini 3 pro short', 'gemini-3-pro', 'output'],
    ['Generate content input token count gemini 3.1 flash lite preview text', 'gemini-3.1-flash-lite-preview', 'input'],
    ['Generate content cached input token count gemini 2.5 flash input short text', 'gemini-2.5-flash', 'cache_read'],
    [
      'Generate content output token count gemini 2.5 flash lite short output text non-thinking',
      'gemini-2.5-flash-lite',
      'output',
    ],
    // The output of a short prompt of text.
    ['Generate content output token count gemini 2.5 flash short input text', 'gemini-2.5-flash', 'output'],
    ['Generate content cached input token count gemini 2.5 pro short input', 'gemini-2.5-pro', 'cache_read'],
    ['Generate content output token count gemini 3.5 flash text', 'gemini-3.5-flash', 'output'],
    ['Generate_content_cached_input_token_count_gemini_3_pro_short_image', 'gemini-3-pro', 'cache_read_image'],
    [
      'BidiGenerateContent audio output token count for Gemini 2.5 Flash Native Audio',
      'gemini-2.5-flash-native-audio',
      'output_audio',
    ],
    [
      'BidiGenerateContent text input token count for Gemini 2.5 Flash Native Audio',
      'gemini-2.5-flash-native-audio',
      'input',
    ],
  ])('says its model and what it counts: %s', (sku, model, meter) => {
    expect(read('Gemini API', sku)).toEqual([model, meter, 'standard'])
  })

  it('says its tier', () => {
    expect(read('Gemini API', 'Generate content input token count gemini 3.7 flash image flex caching')).toEqual([
      'gemini-3.7-flash',
      'cache_read_image',
      'flex',
    ])
    expect(read('Gemini API', 'Generate content output token count gemini 3 pro text batch')).toEqual([
      'gemini-3-pro',
      'output',
      'batch',
    ])
  })
})

describe('a SKU of Vertex AI', () => {
  it.each([
    ['Gemini 2.5 Flash GA Text Input - Predictions', 'gemini-2.5-flash', 'input'],
    ['Gemini 2.5 Flash Lite Text Output - Predictions', 'gemini-2.5-flash-lite', 'output'],
    ['Gemini 2.5 Pro Thinking Text Output - Predictions', 'gemini-2.5-pro', 'output'],
    ['Gemini 2.5 Flash GA Text Output (Thinking On) - Predictions', 'gemini-2.5-flash', 'output'],
    ['Gemini 2.5 Flash GA Audio Input (Long) - Predictions', 'gemini-2.5-flash', 'input_audio'],
    ['Gemini 3.5 Flash Global Text Input - Predictions', 'gemini-3.5-flash', 'input'],
    [' Gemini 2.5 Flash GA Input Text Caching (Long)', 'gemini-2.5-flash', 'cache_read'],
    ['Gemini 2.5 Pro Text Input', 'gemini-2.5-pro', 'input'],
    ['Gemini 2.5 Pro Text Output', 'gemini-2.5-pro', 'output'],
    ['Gemini 2.5 Flash Live Audio (AV2A) Output - Predictions', 'gemini-2.5-flash-live', 'output_audio'],
  ])('says its model and what it counts: %s', (sku, model, meter) => {
    expect(read('Vertex AI', sku)).toEqual([model, meter, 'standard'])
  })

  it('of something else names no model', () => {
    expect(read('Vertex AI', 'Vertex AI: Training/Pipelines on N1 Predefined Instance Core')).toEqual([
      null,
      null,
      null,
    ])
    expect(read('Vertex AI', 'Gemini 3 Pro Image Output')).toEqual([null, null, null])
    expect(read('Vertex AI', 'Gemini 2.5 Pro Text Input Provisioned Throughput')).toEqual([null, null, null])
    expect(read('Vertex AI', 'Gemini 3 Pro Grounding with Google Search')).toEqual([null, 'grounding', null])
    expect(read('Gemini API', 'Cached content storage token hours for gemini 3 flash')).toEqual([
      null,
      'storage_token_hours',
      null,
    ])
  })
})
