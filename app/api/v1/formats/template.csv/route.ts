import { route } from '@/lib/server/http/route'
import { readTemplate } from '@/lib/server/read/formats'

export const GET = route(
  'import.read',
  async ({ principal }) =>
    new Response(readTemplate(principal), {
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': 'attachment; filename="tokentab-template.csv"',
      },
    }),
)
