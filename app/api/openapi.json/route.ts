import { json } from '@/lib/server/http/problem'
import { publicRoute } from '@/lib/server/http/route'
import { describeApi } from './describe-api'

/** What the API takes and answers; it says nothing of anybody's data, so anybody may read it. */
export const GET = publicRoute(async () => json(describeApi()))
