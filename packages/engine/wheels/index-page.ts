import type { Downloaded } from './download'

/** A file on an index page. */
export interface ListedFile {
  readonly file: string
  readonly url: string
  /** In hex. */
  readonly sha256: string | undefined
  readonly requiresPython: string | undefined
  readonly yanked: boolean
}

/** Parses a project's page of a simple index, as JSON (PEP 691) or HTML (PEP 503). Throws for anything else. */
export function parseIndexPage({ bytes, url, type }: Downloaded): ListedFile[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()
  if (type.includes('json')) return parseJson(text, url)
  if (type.includes('html')) return parseHtml(text, url)
  throw new Error(`the index sent ${type || 'no content type'} instead of JSON or HTML`)
}

function parseJson(text: string, base: string): ListedFile[] {
  const page: unknown = JSON.parse(text)
  if (!isObject(page) || !Array.isArray(page.files)) throw new Error('the index sent JSON without a list of files')
  return page.files.flatMap((entry: unknown): ListedFile[] => {
    if (!isObject(entry) || typeof entry.filename !== 'string' || typeof entry.url !== 'string') return []
    const url = absolute(entry.url, base)
    if (url === undefined) return []
    const hashes = isObject(entry.hashes) ? entry.hashes : {}
    return [
      {
        file: entry.filename,
        url,
        sha256: textOf(hashes.sha256),
        requiresPython: textOf(entry['requires-python']),
        yanked: entry.yanked !== undefined && entry.yanked !== false,
      },
    ]
  })
}

function parseHtml(text: string, base: string): ListedFile[] {
  return [...text.matchAll(/<a\s([^<>]*)>([^<]*)<\/a>/gi)].flatMap(([, attributes = '', label = '']): ListedFile[] => {
    const link = attribute(attributes, 'href')
    const url = link === undefined ? undefined : absolute(link, base)
    if (url === undefined) return []
    const { hash } = new URL(url)
    return [
      {
        file: decodeEntities(label.trim()),
        url: url.slice(0, url.length - hash.length),
        sha256: /^#sha256=([0-9a-f]{64})$/i.exec(hash)?.[1],
        requiresPython: attribute(attributes, 'data-requires-python'),
        yanked: /\sdata-yanked\b/i.test(` ${attributes}`),
      },
    ]
  })
}

const ATTRIBUTE = /(?:^|\s)([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g

function attribute(attributes: string, name: string): string | undefined {
  for (const [, called, double, single] of attributes.matchAll(ATTRIBUTE))
    if (called?.toLowerCase() === name) return decodeEntities(double ?? single ?? '')
  return undefined
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'", '#x27': "'" }
const decodeEntities = (text: string): string =>
  text.replace(/&(lt|gt|amp|quot|#39|#x27);/g, (whole, name: string) => ENTITIES[name] ?? whole)

function absolute(url: string, base: string): string | undefined {
  return URL.canParse(url, base) ? new URL(url, base).href : undefined
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
