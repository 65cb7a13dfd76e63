import 'server-only'
import { createHash } from 'node:crypto'
import { plural } from '@gearboard/gears/vocabulary/text'
import { z } from 'zod'
import type { ImportReply } from '@/lib/api/contract/environment'
import { jsonOf } from '@/lib/model/text/json'
import type { ConnectionParts } from '../connection/connection-parts'
import { ApiRefusal } from '../errors'
import type { Override } from './override'
import { refuseWhileSilent } from './silent'

/** First line of a bundle, before a line of JSON and the chunks' bytes. */
const MAGIC = 'gearboard requirement bundle 1\n'
const MAX_HEADER_BYTES = 64 * 1024

const header = z.object({
  name: z.string().min(1).max(512),
  /** Sizes, bytes: the module wants its chunks back as it cut them. */
  chunks: z.array(z.number().int().nonnegative()).min(1).max(10_000),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** For people. */
  wheels: z.array(z.string()).default([]),
  os: z.string().default(''),
})

export interface Bundle extends z.output<typeof header> {
  readonly data: readonly Buffer[]
}

const digestOf = (chunks: readonly Buffer[]): string => {
  const hash = createHash('sha256')
  for (const chunk of chunks) hash.update(chunk)
  return hash.digest('hex')
}

/** The file's parts, to be sent one after the other. */
export function bundleParts({ data, ...head }: Bundle): readonly Buffer[] {
  return [Buffer.from(`${MAGIC}${JSON.stringify(head)}\n`), ...data]
}

const refuse = (why: string) => new ApiRefusal('invalid_request', `Not a Gearboard requirement bundle: ${why}.`)

/** What a file says of itself before its chunks. Undefined: it has not said all of it yet. @throws ApiRefusal `invalid_request` */
function readHead(file: Buffer): { readonly head: z.output<typeof header>; readonly end: number } | undefined {
  const begin = file.subarray(0, MAGIC.length)
  if (!begin.equals(Buffer.from(MAGIC).subarray(0, begin.length))) throw refuse('wrong first line')
  const end = file.indexOf('\n', MAGIC.length)
  if (end > MAX_HEADER_BYTES || (end < 0 && file.length > MAX_HEADER_BYTES)) throw refuse('the header does not end')
  if (end < 0) return undefined
  const head = header.safeParse(jsonOf(file.toString('utf8', MAGIC.length, end)))
  if (!head.success) throw refuse('the header cannot be read')
  return { head: head.data, end }
}

/** Judges an upload by what has come of it: something else is not read to its end. @throws ApiRefusal `invalid_request` */
export const judgeBundle = (begin: Buffer): boolean => readHead(begin) !== undefined

/** @throws ApiRefusal `invalid_request`: no bundle, or a damaged one */
export function readBundle(file: Buffer): Bundle {
  const read = readHead(file)
  if (!read) throw refuse('the header does not end')
  const { head, end } = read
  let at = end + 1
  const data = head.chunks.map((size) => {
    at += size
    return file.subarray(at - size, at)
  })
  if (at !== file.length) throw refuse(`it has ${plural(file.length, 'byte')}, but its header says ${at}`)
  if (digestOf(data) !== head.sha256) throw refuse('its SHA-256 does not match; it was damaged')
  return { ...head, data }
}

/** Asks a shard that has it: chunks say the same on all. @throws ApiRefusal `not_found`; GearsError */
export async function exportRequirement({ gears }: ConnectionParts, name: string): Promise<Bundle> {
  const answers = await gears.pyDumpReqs()
  const holder = answers.find((answer) => 'value' in answer && answer.value.some((each) => each.name === name))
  if (!holder) {
    const [failed] = answers.flatMap((answer) => ('error' in answer ? [answer.error] : []))
    if (failed) throw failed
    throw new ApiRefusal('not_found', `no shard has the requirement ${JSON.stringify(name)}`)
  }
  const { requirement, chunks } = await gears.pyExportReq(name, { shard: holder.shard.key })
  return {
    name,
    chunks: chunks.map((chunk) => chunk.length),
    sha256: digestOf(chunks),
    wheels: [...(requirement.wheels ?? [])],
    os: requirement.compiledOs,
    data: chunks,
  }
}

/** The shard asked passes it on to all it knows; each says afterwards whether it has it. @throws ApiRefusal `invalid_request`; GearsError with the module's words */
export async function importRequirement(
  connection: ConnectionParts,
  file: Buffer,
  override: Override = [],
): Promise<ImportReply> {
  const { gears, reads } = connection
  const { name, chunks, sha256, data } = readBundle(file)
  refuseWhileSilent(connection, override, 'install')
  await gears.pyImportReq(data).finally(() => reads.requirements.changed())
  const answers = await gears.pyDumpReqs()
  const has = (answer: (typeof answers)[number]): boolean | undefined =>
    'value' in answer ? answer.value.some((each) => each.name === name && each.installed) : undefined
  const those = (wanted: boolean | undefined) =>
    answers.filter((answer) => has(answer) === wanted).map(({ shard }) => shard)
  return {
    name,
    bytes: chunks.reduce((sum, size) => sum + size, 0),
    chunks: chunks.length,
    sha256,
    installedOn: those(true),
    missingOn: those(false),
    unknownOn: those(undefined),
  }
}
