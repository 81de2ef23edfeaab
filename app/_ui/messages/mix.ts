/** Words of the cheapest mix. */
export const mix = {
  title: 'The cheapest mix',
  note: 'Every model and project at the cheapest open model that its project allows',
  search: 'Find the cheapest mix',
  searching: 'Comparing every target over your hours',
  allProjects: 'All projects',
  floorOf: (name: string) => `Least quality for ${name}`,
  placeOf: (name: string) => `Where data of ${name} may go`,
  floors: {
    '': 'any quality',
    '40': 'quality 40 or more',
    '50': 'quality 50 or more',
    '60': 'quality 60 or more',
    today: 'as good as today’s model',
  },
  places: {
    anywhere: 'data may go anywhere',
    not_cn: 'not to China',
    us: 'only in the US',
    eu: 'only in the EU',
    own: 'never leaves own machines',
  },
  answer: (saving: string) => `This mix would have saved ${saving} a month,`,
  quality: 'Quality',
  cheapest: 'Cheapest allowed',
  stays: 'Cheapest where it is',
  staysFor: {
    quality_floor: 'Stays: nothing cheaper is good enough',
    data_residency: 'Stays: its data may not go there',
  },
  qualityText: (index: string, spread: string, n: number) => `${index} ± ${spread} (${n})`,
  unknownQuality: 'insufficient data',
  searched: (count: number) => `${count} targets compared.`,
  forgoneFloor: (amount: string) => `Quality floors give away ${amount} a month.`,
  forgonePlace: (amount: string) => `Where data may go gives away ${amount} a month.`,
  index: (day: string) =>
    `Quality: published benchmarks, 50 is the mean of the table, with a 95 % interval and the number of benchmarks; checked ${day}. Your own prompts say more.`,
} as const
