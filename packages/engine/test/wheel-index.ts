import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { strToU8, zipSync } from 'fflate'

export interface BuiltWheel {
  readonly project: string
  readonly file: string
  readonly bytes: Buffer
}

interface WheelOptions {
  /** `Requires-Dist` lines. */
  readonly requires?: readonly string[]
  readonly requiresPython?: string
  readonly tag?: string
  /** More files by path, in addition to the module. */
  readonly files?: Readonly<Record<string, string>>
}

/** An archive of these files, by path. */
export const zip = (files: Readonly<Record<string, string>>): Buffer =>
  Buffer.from(zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)]))))

/** Builds a wheel with one module named like the project, whose `VALUE` is the Python expression `value`. */
export function buildWheel(project: string, version: string, value: string, options: WheelOptions = {}): BuiltWheel {
  const { requires = [], requiresPython, tag = 'py3-none-any', files = {} } = options
  const name = project.replace(/[-.]+/g, '_')
  const info = `${name}-${version}.dist-info`
  const metadata = ['Metadata-Version: 2.1', `Name: ${project}`, `Version: ${version}`]
  metadata.push(...requires.map((line) => `Requires-Dist: ${line}`))
  if (requiresPython !== undefined) metadata.push(`Requires-Python: ${requiresPython}`)
  const bytes = zip({
    [`${name}/__init__.py`]: `VALUE = ${value}\n`,
    ...files,
    [`${info}/METADATA`]: `${metadata.join('\n')}\n\nRequires-Dist: not-a-header\n`,
    [`${info}/WHEEL`]: `Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: ${tag}\n`,
  })
  return { project, file: `${name}-${version}-${tag}.whl`, bytes }
}

interface IndexListing {
  /** In hex; null omits it. */
  readonly sha256?: string | null
  readonly requiresPython?: string
  readonly yanked?: boolean
}

type PathHandler = (response: ServerResponse) => void

/** A simple index on loopback that records its requests. */
export class WheelIndex {
  private readonly wheels: { wheel: BuiltWheel; listing: IndexListing }[] = []
  private readonly handlers = new Map<string, PathHandler>()
  /** The requested paths, in order. */
  readonly asked: string[] = []
  private readonly server = createServer((request, response) => {
    const path = request.url ?? ''
    this.asked.push(path)
    const handler = this.handlers.get(path)
    if (handler) handler(response)
    else this.answer(path, response)
  })

  private constructor(private readonly html: boolean) {}

  static async start(format: 'json' | 'html' = 'json'): Promise<WheelIndex> {
    const index = new WheelIndex(format === 'html')
    index.server.listen(0, '127.0.0.1')
    await once(index.server, 'listening')
    return index
  }

  get origin(): string {
    const address = this.server.address()
    if (typeof address !== 'object' || !address) throw new Error('the index does not listen')
    return `http://127.0.0.1:${address.port}`
  }

  get url(): string {
    return `${this.origin}/simple`
  }

  add(wheel: BuiltWheel, listing: IndexListing = {}): this {
    this.wheels.push({ wheel, listing })
    return this
  }

  /** Sets another handler for a path. */
  handle(path: string, handler: PathHandler): this {
    this.handlers.set(path, handler)
    return this
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    this.server.close()
    await once(this.server, 'close')
  }

  private answer(path: string, response: ServerResponse): void {
    const file = this.wheels.find(({ wheel }) => path === `/files/${wheel.file}`)
    const project = /^\/simple\/([^/]+)\/$/.exec(path)?.[1]
    const listed = this.wheels.filter(({ wheel }) => wheel.project === project)
    if (file) response.end(file.wheel.bytes)
    else if (listed.length === 0) response.writeHead(404).end('not found')
    else if (this.html) response.setHeader('content-type', 'text/html').end(htmlPage(listed))
    else response.setHeader('content-type', 'application/vnd.pypi.simple.v1+json').end(jsonPage(listed))
  }
}

type ListedWheel = readonly { readonly wheel: BuiltWheel; readonly listing: IndexListing }[]

const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

function jsonPage(listed: ListedWheel): string {
  const files = listed.map(({ wheel, listing }) => ({
    filename: wheel.file,
    url: `../../files/${wheel.file}`,
    hashes: listing.sha256 === null ? {} : { sha256: listing.sha256 ?? digestOf(wheel.bytes) },
    ...(listing.requiresPython === undefined ? {} : { 'requires-python': listing.requiresPython }),
    yanked: listing.yanked ? 'a mistake' : false,
  }))
  return JSON.stringify({ meta: { 'api-version': '1.1' }, name: listed[0]?.wheel.project, files })
}

function htmlPage(listed: ListedWheel): string {
  const links = listed.map(({ wheel, listing }) => {
    const hash = listing.sha256 === null ? '' : `#sha256=${listing.sha256 ?? digestOf(wheel.bytes)}`
    const python = listing.requiresPython?.replace('>', '&gt;').replace('<', '&lt;')
    const attributes = `${python ? ` data-requires-python="${python}"` : ''}${listing.yanked ? ' data-yanked=""' : ''}`
    return `<a href="../../files/${wheel.file}${hash}"${attributes}>${wheel.file}</a><br/>`
  })
  return `<!DOCTYPE html><html><body><h1>Links</h1>${links.join('\n')}</body></html>`
}
