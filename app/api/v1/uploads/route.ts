import { route } from '@/lib/server/http/route'
import { answerTus } from '@/lib/server/http/tus'

/** Begins an upload in parts (tus 1.0.0); the reply's Location takes them. */
export const POST = route('import.create', async ({ principal, request }) => await answerTus(principal, request))

export const OPTIONS = route('import.create', async ({ principal, request }) => await answerTus(principal, request))
