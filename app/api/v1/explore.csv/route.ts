import { parsePeriodChoice } from '@/lib/core/report/period-choice'
import { readQuery } from '@/lib/server/http/body'
import { route } from '@/lib/server/http/route'
import { exploreInput, exploreQuery, readExploreCsv } from '@/lib/server/read/explore'

/** The explore screen's table as a file, with every row and column. */
export const GET = route('usage.read', async ({ principal, request }) => {
  const { period, ...params } = readQuery(request, exploreQuery)
  const choice = parsePeriodChoice(period, Date.now())
  const csv = await readExploreCsv(principal, exploreInput(choice, params))
  return new Response(csv, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="tokentab-${choice.firstMonth}-${choice.lastMonth}.csv"`,
    },
  })
})
