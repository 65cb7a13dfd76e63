/**
 * The thread that downloads wheels, one per installation, so that an unresponsive name server or index, or a hostile archive, blocks
 * nothing else. Its starter ends it when it takes too long. It receives one `FetchRequest` and answers with one `FetchAnswer`.
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
    if (indexUrl === undefined) throw new Error('downloads are disabled (--no-index)')
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
