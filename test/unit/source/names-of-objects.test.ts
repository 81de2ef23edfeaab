/** Names in files that every object of JavaScript has as well: looked up carelessly, they find a function. */
import { describe, expect, it } from 'vitest'
import { readAll } from './reading'

const azure = (name: string) =>
  `SubscriptionId,Date,MeterCategory,MeterName,ChargeType,CostInBillingCurrency,BillingCurrency\n1,2026-08-01,Storage,LRS,${name},1,USD\n`
const focus = (name: string) =>
  `BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,InvoiceIssuerName,ServiceName,ChargeCategory\n7,EUR,2026-08-01,2026-09-01,Microsoft,Azure OpenAI,${name}\n`
const litellm = (name: string) =>
  JSON.stringify({
    request_id: 'r-1',
    call_type: 'acompletion',
    spend: 0.01,
    startTime: '2026-08-01 10:00:00',
    model: 'gpt-5',
    custom_llm_provider: name,
    prompt_tokens: 5,
    completion_tokens: 6,
    total_tokens: 11,
  })
const anthropicCost = (name: string) =>
  JSON.stringify({
    data: [
      {
        starting_at: '2026-08-01T00:00:00Z',
        ending_at: '2026-08-02T00:00:00Z',
        results: [{ amount: '12.5', currency: 'USD', cost_type: 'tokens', token_type: name, model: 'claude-opus-5' }],
      },
    ],
  })
const anthropicCsv = (name: string) =>
  `usage_date_utc,model,workspace,api_key,usage_type,token_type,cost_usd\n2026-08-01,Claude Sonnet 4,w,k,message,${name},0.5\n`
const otel = (name: string) =>
  JSON.stringify({
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: [
              {
                traceId: '0af7651916cd43dd8448eb211c80319c',
                spanId: 'b7ad6b7169203331',
                name: 'chat',
                startTimeUnixNano: '1785585600000000000',
                endTimeUnixNano: '1785585601000000000',
                attributes: [
                  { key: 'gen_ai.provider.name', value: { stringValue: name } },
                  { key: 'gen_ai.request.model', value: { stringValue: 'gpt-5' } },
                  { key: 'gen_ai.usage.input_tokens', value: { intValue: 5 } },
                  { key: 'gen_ai.usage.output_tokens', value: { intValue: 6 } },
                ],
              },
            ],
          },
        ],
      },
    ],
  })
describe('a name that every object has', () => {
  it.each([
    ['azure-cost-csv', azure],
    ['focus-csv', focus],
    ['litellm-json', litellm],
    ['anthropic-cost-api', anthropicCost],
    ['anthropic-cost-csv', anthropicCsv],
    ['otlp-json', otel],
  ] as const)('is text like any other in %s', (id, file) => {
    for (const name of ['constructor', '__proto__']) {
      const { format, records, costs = [], rejects } = readAll(file(name))
      expect(format).toBe(id)
      expect(records.length + costs.length + rejects.length).toBe(1)
      for (const fact of [...records, ...costs]) {
        expect(Object.values(fact).filter((value) => typeof value === 'function')).toEqual([])
        expect(Object.values(fact)).not.toContain(Object.prototype)
      }
    }
  })
})
