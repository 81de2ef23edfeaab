/** Words of the forecast. */
import { dayText } from '../../../lib/core/report/format'

export const forecast = {
  title: 'Forecast',
  note: (asOf: string) => `As of ${dayText(asOf)}: each weekday as in the last four weeks, with damped growth`,
  method:
    'Each weekday costs the mean of the middle two of its last four days; all days grow by the median growth of the last three four-week spans, damped by a fifth with every span ahead. The band is as wide as four of five of its own past errors.',
  month: 'Month',
  toDate: 'So far',
  expected: 'Forecast',
  band: '80 % band',
  bandOf: (low: string, high: string) => `${low} – ${high}`,
  noBand: 'too few months to say',
  errorsTitle: 'Its last errors',
  errorsNote: 'The same forecast, made on the same day of earlier months',
  errorsNone: 'No earlier month has enough history before it to try the forecast on.',
  saidThen: 'Said',
  came: 'Came to',
  error: 'Error',
  none: 'A forecast needs four weeks of usage.',
  actual: 'Actual',
  remaining: 'Still to come',
  showTable: 'Show as table',
  showChart: 'Show as chart',
  summary: (parts: readonly string[]) => `Forecast: ${parts.join('; ')}`,
  monthIs: (month: string, amount: string, band: string) => `${month} ${amount} (${band})`,
  overview: (amount: string, band: string | null) =>
    band === null ? `${amount} forecast` : `${amount} forecast (80 %: ${band})`,
} as const
