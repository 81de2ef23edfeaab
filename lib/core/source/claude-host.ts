/**
 * Who bills a call of a model of Anthropic's, where the log of the one who asked does not name it. Clouds that resell the
 * models name them in forms of their own, and Vertex AI marks its answers too; Bedrock's are marked as well, but under a
 * name of Anthropic's nothing tells by which of its profiles, whose prices differ, so those stay with Anthropic.
 */
export function claudeHost(model: string, answerId: string | null): 'anthropic' | 'bedrock' | 'vertex' {
  if (/^(?:arn:aws[a-z-]*:bedrock:|(?:[a-z]+\.)?anthropic\.claude)/i.test(model)) return 'bedrock'
  return answerId?.startsWith('msg_vrtx_') || /@(?:20\d{6}|latest|default)$/.test(model) ? 'vertex' : 'anthropic'
}
