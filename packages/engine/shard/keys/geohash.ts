/** Redis's geohash.c and geohash_helper.c: positions as 52-bit scores, and the nine cells that cover an area. */

export interface GeoPoint {
  /** In degrees. */
  readonly longitude: number
  readonly latitude: number
}

interface CoordinateRange {
  readonly min: number
  readonly max: number
}

/** A cell of the grid of 2^step × 2^step. A position on the outer edge lies in the cell after the last. */
export interface Cell {
  readonly x: number
  readonly y: number
  readonly step: number
}

/** A circle's radius, or a rectangle's sides, in metres. */
export type SearchShape =
  | { readonly kind: 'circle'; readonly radius: number }
  | { readonly kind: 'box'; readonly width: number; readonly height: number }

export const LONGITUDE: CoordinateRange = { min: -180, max: 180 }
export const LATITUDE: CoordinateRange = { min: -85.05112878, max: 85.05112878 }
/** GEOHASH's text includes the poles. */
const WHOLE_LATITUDE: CoordinateRange = { min: -90, max: 90 }
const STEP = 26
const EARTH_RADIUS_M = 6372797.560856
const MERCATOR_MAX_M = 20037726.37
const ALPHABET = '0123456789bcdefghjkmnpqrstuvwxyz'

const radians = (degrees: number): number => degrees * (Math.PI / 180)
const degrees = (angle: number): number => angle / (Math.PI / 180)

const HALF = 2 ** 13
const interleave = (even: number, odd: number): number =>
  (spread(Math.floor(even / HALF)) + spread(Math.floor(odd / HALF)) * 2) * 2 ** 26 +
  spread(even % HALF) +
  spread(odd % HALF) * 2

/** The score of a position. */
export function scoreOf(place: GeoPoint): number {
  const { x, y } = cellAt(place, STEP)
  return interleave(y, x)
}

/** Spreads the bits of a 14-bit number to the even positions. */
function spread(bits: number): number {
  let spaced = 0
  for (let i = 0; i < 14; i++) spaced |= ((bits >> i) & 1) << (2 * i)
  return spaced
}

/** Collects the even bits of a 16-bit number. */
function gather(bits: number): number {
  let packed = 0
  for (let i = 0; i < 8; i++) packed |= ((bits >> (2 * i)) & 1) << i
  return packed
}

function cellAt({ longitude, latitude }: GeoPoint, step: number, latitudes = LATITUDE): Cell {
  const along = (value: number, { min, max }: CoordinateRange): number =>
    Math.trunc(((value - min) / (max - min)) * 2 ** step)
  return { x: along(longitude, LONGITUDE), y: along(latitude, latitudes), step }
}

/** The scores of a cell: from the first up to, but not including, the second. */
export function scoresOf({ x, y, step }: Cell): readonly [number, number] {
  const unit = 4 ** (STEP - step)
  const start = interleave(y, x)
  return [start * unit, (start + 1) * unit]
}

/** The centre of a score's cell. */
export function placeOf(score: number): GeoPoint {
  const bits = Math.trunc(score < 0 ? score + 2 ** 64 : score)
  let x = 0
  let y = 0
  for (let i = 0; i < 4; i++) {
    const part = Math.floor(bits / 2 ** (16 * i)) % 65536
    y += gather(part) * 256 ** i
    x += gather(part >> 1) * 256 ** i
  }
  const middle = (at: number, range: CoordinateRange): number => {
    const { min, max } = bounds(at, STEP, range)
    return Math.min(range.max, Math.max(range.min, (min + max) / 2))
  }
  return { longitude: middle(x, LONGITUDE), latitude: middle(y, LATITUDE) }
}

function bounds(at: number, step: number, { min, max }: CoordinateRange): CoordinateRange {
  const scale = max - min
  return { min: min + (at / 2 ** step) * scale, max: min + ((at + 1) / 2 ** step) * scale }
}

/** GEOHASH's eleven letters; the last one carries no information. */
export function geohashText(score: number): string {
  const { x, y } = cellAt(placeOf(score), STEP, WHOLE_LATITUDE)
  const bits = interleave(y, x)
  let text = ''
  for (let i = 1; i <= 10; i++) text += ALPHABET[Math.floor(bits / 2 ** (52 - 5 * i)) % 32]
  return `${text}0`
}

const latitudeDistance = (a: GeoPoint, b: GeoPoint): number =>
  EARTH_RADIUS_M * Math.abs(radians(b.latitude) - radians(a.latitude))

/** In metres, by the haversine formula. */
export function distance(a: GeoPoint, b: GeoPoint): number {
  const v = Math.sin((radians(b.longitude) - radians(a.longitude)) / 2)
  if (v === 0) return latitudeDistance(a, b)
  const u = Math.sin((radians(b.latitude) - radians(a.latitude)) / 2)
  const h = u * u + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * v * v
  return 2 * EARTH_RADIUS_M * Math.asin(Math.sqrt(h))
}

/** The distance of `place` from the shape's centre; undefined outside the shape. */
export function distanceWithin(shape: SearchShape, centre: GeoPoint, place: GeoPoint): number | undefined {
  if (shape.kind === 'circle') {
    const metres = distance(centre, place)
    return metres > shape.radius ? undefined : metres
  }
  if (latitudeDistance(place, centre) > shape.height / 2) return undefined
  const sideways = distance(place, { longitude: centre.longitude, latitude: place.latitude })
  return sideways > shape.width / 2 ? undefined : distance(centre, place)
}

/** The finest grid in which nine cells cover the radius. */
function stepFor(radius: number, latitude: number): number {
  if (radius === 0) return STEP
  let step = 1
  for (let covered = radius; covered < MERCATOR_MAX_M; covered *= 2) step += 1
  step -= 2
  const fromEquator = Math.abs(latitude)
  if (fromEquator > 66) step -= 1
  if (fromEquator > 80) step -= 1
  return Math.min(STEP, Math.max(1, step))
}

interface GeohashBox {
  readonly longitude: CoordinateRange
  readonly latitude: CoordinateRange
}

/** The bounding box of a shape, in degrees. */
function around(shape: SearchShape, { longitude, latitude }: GeoPoint): GeohashBox {
  const [height, width] = shape.kind === 'circle' ? [shape.radius, shape.radius] : [shape.height / 2, shape.width / 2]
  const up = degrees(height / EARTH_RADIUS_M)
  const wide = (at: number): number => degrees(width / EARTH_RADIUS_M / Math.cos(radians(at)))
  const sideways = latitude < 0 ? wide(latitude - up) : wide(latitude + up)
  return {
    longitude: { min: longitude - sideways, max: longitude + sideways },
    latitude: { min: latitude - up, max: latitude + up },
  }
}

const areaOf = ({ x, y, step }: Cell): GeohashBox => ({
  longitude: bounds(x, step, LONGITUDE),
  latitude: bounds(y, step, LATITUDE),
})

/** A neighbour of the cell; the grid wraps around in both directions. */
function neighbour({ x, y, step }: Cell, east: number, north: number): Cell {
  const size = 2 ** step
  const wrapped = (at: number): number => (at + size) % size
  return { x: east === 0 ? x : wrapped(x + east), y: north === 0 ? y : wrapped(y + north), step }
}

/** The directions of neighbours, in the order in which Redis searches them. */
const DIRECTIONS: readonly (readonly [east: number, north: number])[] = [
  [0, 0],
  [0, 1],
  [0, -1],
  [1, 0],
  [-1, 0],
  [1, 1],
  [-1, 1],
  [1, -1],
  [-1, -1],
]

/** The cells to search for a shape around a position, in Redis's order. */
export function cellsAround(shape: SearchShape, centre: GeoPoint): Cell[] {
  const radius = shape.kind === 'circle' ? shape.radius : Math.hypot(shape.width / 2, shape.height / 2)
  const wanted = around(shape, centre)
  let step = stepFor(radius, centre.latitude)
  if (step > 1 && !covers(cellAt(centre, step), wanted)) step -= 1
  const home = cellAt(centre, step)
  const { longitude, latitude } = areaOf(home)
  const needed = ([east, north]: readonly [number, number]): boolean => {
    if (step < 2) return true
    if (north < 0 && latitude.min < wanted.latitude.min) return false
    if (north > 0 && latitude.max > wanted.latitude.max) return false
    if (east < 0 && longitude.min < wanted.longitude.min) return false
    return !(east > 0 && longitude.max > wanted.longitude.max)
  }
  const cells = DIRECTIONS.filter(needed).map(([east, north]) => neighbour(home, east, north))
  // In a coarse grid, several neighbours are the same cell. Redis compares each only with the previous one.
  return cells.filter((cell, i) => {
    const last = cells[i - 1]
    return !last || last.x !== cell.x || last.y !== cell.y
  })
}

/** Whether the nine cells around `home` cover `wanted`. */
function covers(home: Cell, wanted: GeohashBox): boolean {
  return (
    areaOf(neighbour(home, 0, 1)).latitude.max >= wanted.latitude.max &&
    areaOf(neighbour(home, 0, -1)).latitude.min <= wanted.latitude.min &&
    areaOf(neighbour(home, 1, 0)).longitude.max >= wanted.longitude.max &&
    areaOf(neighbour(home, -1, 0)).longitude.min <= wanted.longitude.min
  )
}
