import { route } from '@/lib/server/http/route'
import { answerEnd, answerOffset, answerPart } from '@/lib/server/http/tus'

/** How much of the upload is there. */
export const HEAD = route<{ id: string }>('import.create', async ({ principal, request, params }) =>
  answerOffset(principal, request, params.id),
)

/** One part, from the offset that HEAD told. */
export const PATCH = route<{ id: string }>('import.create', async ({ principal, request, params }) =>
  answerPart(principal, request, params.id),
)

/** Gives the upload up; what arrived is dropped. */
export const DELETE = route<{ id: string }>('import.undo', async ({ principal, params }) =>
  answerEnd(principal, params.id),
)
