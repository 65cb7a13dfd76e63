import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Download } from './download'
import { parseIndexPage } from './index-page'
import { parseWheelName, type WheelName } from './wheel'

/** A wheel that may be chosen; it has not been read yet. */
export interface WheelCandidate {
  readonly file: string
  readonly name: WheelName
  readonly requiresPython: string | undefined
  /** Withdrawn by its author: used only if exactly this version is requested (PEP 592). */
  readonly yanked: boolean
  /** Throws if it is unavailable or differs from what the index announced. */
  read(): Promise<Uint8Array>
}

/** A source of wheels. */
export interface WheelSource {
  /** Its name in errors. */
  readonly label: string
  /** The wheels of a project, by its canonical name. Throws if the source does not answer. */
  candidates(project: string): Promise<WheelCandidate[]>
}

const MAX_WHEEL = 64 * 1024 * 1024
const MAX_PAGE = 32 * 1024 * 1024
const ACCEPT = 'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1'

/** Implements `--find-links`. */
export function folderSource(folder: string): WheelSource {
  return {
    label: 'the folder of wheels',
    async candidates(project) {
      return (await readdir(folder)).flatMap((file): WheelCandidate[] => {
        const name = parseWheelName(file)
        if (name?.project !== project) return []
        const read = async () => {
          const path = join(folder, file)
          if ((await stat(path)).size > MAX_WHEEL) throw new Error(`${file} is larger than 64 MB`)
          return readFile(path)
        }
        return [{ file, name, requiresPython: undefined, yanked: false, read }]
      })
    },
  }
}

/** A simple index: PEP 691 (JSON), or PEP 503 (HTML) if it has no JSON. Files without a SHA-256 are ignored. */
export function indexSource(base: string, download: Download): WheelSource {
  return {
    label: 'the index',
    async candidates(project) {
      const page = await download.get(
        new URL(`${project}/`, base.endsWith('/') ? base : `${base}/`).href,
        MAX_PAGE,
        ACCEPT,
      )
      if (!page) return []
      return parseIndexPage(page).flatMap(({ file, url, sha256, requiresPython, yanked }): WheelCandidate[] => {
        const name = parseWheelName(file)
        if (name?.project !== project || sha256 === undefined) return []
        return [{ file, name, requiresPython, yanked, read: () => readWheel(download, file, url, sha256) }]
      })
    },
  }
}

/** Implements `name @ url`: one wheel, with an optional hash in the fragment. */
export function urlCandidate(url: string, download: Download): WheelCandidate {
  const parsed = new URL(url)
  const file = decodeURIComponent(parsed.pathname.split('/').at(-1) ?? '')
  const name = parseWheelName(file)
  if (!name) throw new Error(`${file} is not a wheel`)
  const sha256 = /(?:^#|&)sha256=([0-9a-f]{64})(?:&|$)/i.exec(parsed.hash)?.[1]
  parsed.hash = ''
  const read = () => readWheel(download, file, parsed.href, sha256)
  return { file, name, requiresPython: undefined, yanked: false, read }
}

async function readWheel(
  download: Download,
  file: string,
  url: string,
  sha256: string | undefined,
): Promise<Uint8Array> {
  const answer = await download.get(url, MAX_WHEEL, '*/*')
  if (!answer) throw new Error(`${file} was not found (404)`)
  const digest = createHash('sha256').update(answer.bytes).digest('hex')
  if (sha256 !== undefined && digest !== sha256.toLowerCase())
    throw new Error(`${file} does not match its hash: its SHA-256 is ${digest}, expected ${sha256}`)
  return answer.bytes
}
