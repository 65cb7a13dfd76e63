import { CommandError } from '../../command-error'
import type { CommandContext } from '../../context'
import {
  cellsAround,
  distanceWithin,
  type GeoPoint,
  LATITUDE,
  LONGITUDE,
  placeOf,
  type SearchShape,
  scoresOf,
} from '../../keys/geohash'
import { StoredZSet } from '../../keys/values'
import { double, integer, name, syntaxError, word } from '../arguments'

const METRES: ReadonlyMap<string, number> = new Map(Object.entries({ m: 1, km: 1000, ft: 0.3048, mi: 1609.34 }))

/** The metres in a unit. */
export function unitOf(text: Buffer | undefined): number {
  const metres = METRES.get(word(text))
  if (metres === undefined) throw new CommandError('ERR unsupported unit provided. please use M, KM, FT, MI')
  return metres
}

export function placeFrom(longitude: Buffer | undefined, latitude: Buffer | undefined): GeoPoint {
  const place = { longitude: double(longitude), latitude: double(latitude) }
  const inside = (value: number, { min, max }: typeof LATITUDE): boolean => value >= min && value <= max
  if (!inside(place.longitude, LONGITUDE) || !inside(place.latitude, LATITUDE))
    throw new CommandError(
      `ERR invalid longitude,latitude pair ${place.longitude.toFixed(6)},${place.latitude.toFixed(6)}`,
    )
  return place
}

function circle(radius: Buffer | undefined, unit: Buffer | undefined): SearchArea {
  const length = double(radius, 'ERR need numeric radius')
  if (length < 0) throw new CommandError('ERR radius cannot be negative')
  const metres = unitOf(unit)
  return { shape: { kind: 'circle', radius: length * metres }, unit: metres }
}

function box(sideways: Buffer | undefined, upwards: Buffer | undefined, unit: Buffer | undefined): SearchArea {
  const width = double(sideways, 'ERR need numeric width')
  const height = double(upwards, 'ERR need numeric height')
  if (width < 0 || height < 0) throw new CommandError('ERR height or width cannot be negative')
  const metres = unitOf(unit)
  return { shape: { kind: 'box', width: width * metres, height: height * metres }, unit: metres }
}

interface SearchArea {
  readonly shape: SearchShape
  /** The metres of the unit in the command, which distances are reported in. */
  readonly unit: number
}

/** What the four search commands differ in. */
export interface SearchForm {
  readonly kind: 'georadius' | 'georadiusbymember' | 'geosearch' | 'geosearchstore'
  /** False for GEORADIUS_RO and GEORADIUSBYMEMBER_RO, which have no STORE. */
  readonly mayStore: boolean
}

/** A search as requested. */
export interface GeoSearch {
  readonly source: StoredZSet | undefined
  readonly centre: GeoPoint | undefined
  readonly area: SearchArea | undefined
  readonly withDistance: boolean
  readonly withHash: boolean
  readonly withPlace: boolean
  /** 0 means all. */
  readonly count: number
  /** COUNT … ANY: take the first matches, not the nearest. */
  readonly any: boolean
  readonly order: 'asc' | 'desc' | undefined
  readonly store: string | undefined
  readonly storeDistance: boolean
}

export interface Hit {
  readonly member: string
  readonly score: number
  readonly place: GeoPoint
  /** In the search's unit. */
  readonly distance: number
}

/** Reads the arguments of a search in Redis's order, so that the first error is the same. */
class SearchArguments {
  centre: GeoPoint | undefined
  area: SearchArea | undefined
  fromMember = false
  count = 0
  order: 'asc' | 'desc' | undefined
  store: string | undefined
  storeDistance = false
  readonly given = new Set<string>()
  private at = 0

  constructor(
    private readonly form: SearchForm,
    private readonly argv: readonly Buffer[],
    readonly source: StoredZSet | undefined,
  ) {
    this.at = this.fixed()
    while (this.at < argv.length) this.option(word(argv[this.at++]))
    this.check()
  }

  /** Reads the positional arguments; returns the index of the options. */
  private fixed(): number {
    const { argv } = this
    switch (this.form.kind) {
      case 'georadius':
        this.centre = placeFrom(argv[2], argv[3])
        this.area = circle(argv[4], argv[5])
        return 6
      case 'georadiusbymember':
        if (this.source) {
          this.centre = this.member(argv[2])
          this.area = circle(argv[3], argv[4])
        }
        return 5
      case 'geosearch':
        return 2
      case 'geosearchstore':
        this.store = name(argv[1])
        return 3
    }
  }

  private member(text: Buffer | undefined): GeoPoint | undefined {
    if (!this.source) return undefined
    const score = this.source.members.score(name(text))
    if (score === undefined) throw new CommandError('ERR could not decode requested zset member')
    return placeOf(score)
  }

  /** Takes the next `count` arguments. */
  private takeArguments(count: number): readonly Buffer[] {
    const taken = this.argv.slice(this.at, this.at + count)
    if (taken.length < count) syntaxError()
    this.at += count
    return taken
  }

  private option(option: string): void {
    const { kind, mayStore } = this.form
    const searches = kind === 'geosearch' || kind === 'geosearchstore'
    if (['withdist', 'withhash', 'withcoord', 'any'].includes(option)) this.given.add(option)
    else if (option === 'asc' || option === 'desc') this.order = option
    else if (option === 'count') {
      this.count = integer(this.takeArguments(1)[0])
      if (this.count <= 0) throw new CommandError('ERR COUNT must be > 0')
    } else if (!searches && mayStore && (option === 'store' || option === 'storedist')) {
      this.store = name(this.takeArguments(1)[0])
      this.storeDistance = option === 'storedist'
    } else if (kind === 'geosearchstore' && option === 'storedist') this.storeDistance = true
    else if (searches) this.searchOption(option)
    else syntaxError()
  }

  private searchOption(option: string): void {
    const fromPlace = this.centre !== undefined && !this.fromMember
    if (option === 'frommember' && !fromPlace) {
      this.centre = this.member(this.takeArguments(1)[0])
      this.fromMember = true
    } else if (option === 'fromlonlat' && !this.fromMember) {
      const [longitude, latitude] = this.takeArguments(2)
      this.centre = placeFrom(longitude, latitude)
    } else if (option === 'byradius' && this.area?.shape.kind !== 'box') {
      const [radius, unit] = this.takeArguments(2)
      this.area = circle(radius, unit)
    } else if (option === 'bybox' && this.area?.shape.kind !== 'circle') {
      const [width, height, unit] = this.takeArguments(3)
      this.area = box(width, height, unit)
    } else syntaxError()
  }

  private check(): void {
    const { kind } = this.form
    const shows = ['withdist', 'withhash', 'withcoord'].some((option) => this.given.has(option))
    if (this.store !== undefined && shows) {
      const what = kind === 'geosearchstore' ? 'GEOSEARCHSTORE' : 'STORE option in GEORADIUS'
      throw new CommandError(`ERR ${what} is not compatible with WITHDIST, WITHHASH and WITHCOORD options`)
    }
    const typed = name(this.argv[0])
    if (kind === 'geosearch' || kind === 'geosearchstore') {
      if (!this.centre && !this.fromMember)
        throw new CommandError(`ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for ${typed}`)
      if (!this.area) throw new CommandError(`ERR exactly one of BYRADIUS and BYBOX can be specified for ${typed}`)
    }
    if (this.given.has('any') && this.count === 0)
      throw new CommandError('ERR the ANY argument requires COUNT argument')
  }
}

export function searchOf({ keys }: CommandContext, form: SearchForm, argv: readonly Buffer[]): GeoSearch {
  const source = keys.read(name(argv[form.kind === 'geosearchstore' ? 2 : 1]), StoredZSet)
  const { centre, area, count, order, store, storeDistance, given } = new SearchArguments(form, argv, source)
  const any = given.has('any')
  return {
    source,
    centre,
    area,
    withDistance: given.has('withdist'),
    withHash: given.has('withhash'),
    withPlace: given.has('withcoord'),
    count,
    any,
    // COUNT without ANY means the nearest ones.
    order: order ?? (count > 0 && !any ? 'asc' : undefined),
    store,
    storeDistance,
  }
}

/** The members in a search's area, sorted and limited as requested. */
export function hitsOf({ source, centre, area, count, any, order }: GeoSearch): Hit[] {
  if (!source || !centre || !area) return []
  const hits: Hit[] = []
  for (const cell of cellsAround(area.shape, centre)) {
    const [low, high] = scoresOf(cell)
    const ranks = source.members.scoreRange({ value: low, open: false }, { value: high, open: true })
    for (const { member, score } of source.members.slice(...ranks)) {
      if (any && hits.length >= count) break
      const place = placeOf(score)
      const metres = distanceWithin(area.shape, centre, place)
      if (metres !== undefined) hits.push({ member, score, place, distance: metres / area.unit })
    }
  }
  if (order) hits.sort((a, b) => (order === 'asc' ? a.distance - b.distance : b.distance - a.distance))
  return count > 0 ? hits.slice(0, count) : hits
}
