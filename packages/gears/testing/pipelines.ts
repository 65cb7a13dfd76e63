import { pythonLanguage } from '@codemirror/lang-python'
import { type Pipeline, readPipeline } from '../pipeline'

export const parse = (text: string) => pythonLanguage.parser.parse(text).topNode

/** The blocks of a script. @throws Error with the line and the reason, if it has none */
export function blocksOf(script: string): Pipeline {
  const result = readPipeline(script, parse(script))
  if ('problem' in result) throw new Error(`${result.problem.line}: ${result.problem.reason}`)
  return result.pipeline
}

export const WORD_COUNT = `PREFIX = 'text:*'

gb = GearsBuilder('KeysReader', desc='word count')
# Lists and hashes have no words.
gb.filter(lambda r: r['type'] == 'string')
gb.flatmap(lambda r: r['value'].split())
gb.countby()
gb.run(PREFIX, collect=False)
`
