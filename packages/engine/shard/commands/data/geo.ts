import type { CommandContext } from '../../context'
import { type CommandOutcome, type CommandReply, Double, NilArray } from '../../core'
import { distance, type GeoPoint, geohashText, placeOf, scoreOf } from '../../keys/geohash'
import { withoutEndZeros } from '../../keys/numbers'
import { StoredZSet } from '../../keys/values'
import { bytes, name, syntaxError, word } from '../arguments'
import type { CommandHandlers } from '../spec'
import { type GeoSearch, type Hit, hitsOf, placeFrom, type SearchForm, searchOf, unitOf } from './geo-search'
import { storeMembers, zadd } from './zsets'

const NIL_ARRAY = new NilArray()

/** `%.17Lf` without trailing zeros. */
const degreesText = (value: number): string => withoutEndZeros(value.toFixed(17))

/** A string in RESP2, a double in RESP3. */
const coordinate = ({ resp3 }: CommandContext, value: number): CommandReply =>
  resp3 ? new Double(value) : degreesText(value)

const placeReply = (context: CommandContext, { longitude, latitude }: GeoPoint): CommandReply => [
  coordinate(context, longitude),
  coordinate(context, latitude),
]

/** GEOADD is ZADD with positions as scores. */
function geoadd(context: CommandContext, argv: readonly Buffer[]): CommandOutcome {
  let at = 2
  const given = new Set<string>()
  for (; at < argv.length; at++) {
    const option = word(argv[at])
    if (option !== 'nx' && option !== 'xx' && option !== 'ch') break
    given.add(option)
  }
  if ((argv.length - at) % 3 !== 0 || (given.has('nx') && given.has('xx'))) syntaxError()
  const line = argv.slice(0, at)
  for (; at < argv.length; at += 3) {
    const member = argv[at + 2]
    const score = scoreOf(placeFrom(argv[at], argv[at + 1]))
    if (member) line.push(Buffer.from(String(score)), member)
  }
  return zadd(context, line, {})
}

/** The positions of members; undefined for missing ones. */
function places({ keys }: CommandContext, key: Buffer | undefined, members: readonly Buffer[]): (number | undefined)[] {
  const zset = keys.read(name(key), StoredZSet)
  return members.map((member) => zset?.members.score(name(member)))
}

function geodist(context: CommandContext, argv: readonly Buffer[]): CommandReply {
  if (argv.length > 5) syntaxError()
  const metres = argv.length === 5 ? unitOf(argv[4]) : 1
  const [from, to] = places(context, argv[1], argv.slice(2, 4))
  if (from === undefined || to === undefined) return null
  return (distance(placeOf(from), placeOf(to)) / metres).toFixed(4)
}

function show(context: CommandContext, { withDistance, withHash, withPlace }: GeoSearch, hit: Hit): CommandReply {
  const extra: CommandReply[] = []
  if (withDistance) extra.push(hit.distance.toFixed(4))
  if (withHash) extra.push(hit.score)
  if (withPlace) extra.push(placeReply(context, hit.place))
  return extra.length > 0 ? [bytes(hit.member), ...extra] : bytes(hit.member)
}

function search(form: SearchForm) {
  return (context: CommandContext, argv: readonly Buffer[]): CommandReply => {
    const asked = searchOf(context, form, argv)
    const hits = hitsOf(asked)
    if (asked.store === undefined) return hits.map((hit) => show(context, asked, hit))
    const members = hits.map((hit) => ({
      member: hit.member,
      score: asked.storeDistance ? hit.distance : hit.score,
    }))
    const event = form.kind === 'geosearchstore' ? 'geosearchstore' : 'georadiusstore'
    return storeMembers(context, asked.store, members, event)
  }
}

export const geo: CommandHandlers = {
  geoadd,
  geopos: (context, argv) =>
    places(context, argv[1], argv.slice(2)).map((score) =>
      score === undefined ? NIL_ARRAY : placeReply(context, placeOf(score)),
    ),
  geohash: (context, argv) =>
    places(context, argv[1], argv.slice(2)).map((score) => (score === undefined ? null : geohashText(score))),
  geodist,
  geosearch: search({ kind: 'geosearch', mayStore: false }),
  geosearchstore: search({ kind: 'geosearchstore', mayStore: false }),
  georadius: search({ kind: 'georadius', mayStore: true }),
  georadius_ro: search({ kind: 'georadius', mayStore: false }),
  georadiusbymember: search({ kind: 'georadiusbymember', mayStore: true }),
  georadiusbymember_ro: search({ kind: 'georadiusbymember', mayStore: false }),
}
