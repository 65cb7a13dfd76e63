/**
 * The thread that gets wheels: one an installation, so that a name server or an index that does not answer, or a hostile archive,
 * stops nobody else; who started it ends it when it takes too long. It is given one `FetchRequest` and answers one `FetchAnswer`.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { Download } from './download'
import type { FetchAnswer, FetchRequest, WheelBytes } from './installer'
import { Resolver } from './resolve'
import { folderSource, indexSource, urlCandidate } from './sources'

const request: FetchRequest = workerData
fetchAll(request).then((answer) => parentPort?.postMessage(answer))

async function fetchAll({ requirements, findLinks, indexUrl, environment }: FetchRequest): Promise<FetchAnswer> {
  const download = new Download(indexUrl)
  const sources = [
    ...(findLinks === undefined ? [] : [folderSource(findLinks)]),
    ...(indexUrl === undefined ? [] : [indexSource(indexUrl, download)]),
  ]
  const fromUrl = (url: string) => {
    if (indexUrl === undefined) throw new Error('nothing is fetched from the network (--no-index)')
    return urlCandidate(url, download)
  }
  const resolver = new Resolver(sources, fromUrl, environment)
  const wheels: WheelBytes[] = []
  for (const requirement of requirements) {
    try {
      for (const { name, bytes } of await resolver.resolve(requirement)) wheels.push({ requirement, name, bytes })
    } catch (error) {
      return { error: `'${requirement}' ${error instanceof Error ? error.message : String(error)}`.slice(0, 2000) }
    }
  }
  return { wheels }
}
