import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { draftMapping, previewMappingInput } from '@/lib/server/read/import-mapping'
import { mapImport, mapImportInput } from '@/lib/server/use-case/map-import'

/** The saved or guessed mapping of the import's file, with its first rows priced. */
export const GET = route<{ id: string }>('import.read', async ({ principal, params }) =>
  json(await draftMapping(principal, { id: params.id, spec: null })),
)

/** What a mapping would make of the file; nothing is written. */
export const POST = route<{ id: string }>('import.read', async ({ principal, params, request }) => {
  const { spec } = await readJson(request, previewMappingInput)
  return json(await draftMapping(principal, { id: params.id, spec }))
})

/** Saves the mapping for every file of this header and imports this one with it. */
export const PUT = route<{ id: string }>('import.create', async ({ principal, params, request }) => {
  const { name, spec } = await readJson(request, mapImportInput)
  return json(await mapImport(principal, { id: params.id, name, spec }), { status: 202 })
})
