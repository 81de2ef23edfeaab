import { describe, expect, it } from 'vitest'
import { claudeHost } from '../../../lib/core/source/claude-host'

describe('who bills a call of a model of Anthropic’s', () => {
  it.each([
    ['claude-opus-4-6', 'msg_01ABC', 'anthropic'],
    ['claude-sonnet-4-5-20250929', 'msg_bdrk_01ABC', 'anthropic'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'msg_bdrk_01ABC', 'bedrock'],
    ['anthropic.claude-sonnet-4-6', null, 'bedrock'],
    ['arn:aws:bedrock:us-east-1:1:inference-profile/global.anthropic.claude-sonnet-4-6', null, 'bedrock'],
    ['arn:aws-us-gov:bedrock:us-gov-west-1:1:application-inference-profile/abc', null, 'bedrock'],
    ['claude-sonnet-4-5@20250929', null, 'vertex'],
    ['claude-sonnet-4-5-20250929', 'msg_vrtx_01ABC', 'vertex'],
    ['anthropic/claude-sonnet-4.5', 'gen-1', 'anthropic'],
    ['unknown', null, 'anthropic'],
  ])('%s, %s: %s', (model, id, host) => {
    expect(claudeHost(model, id)).toBe(host)
  })
})
