import { GearsError } from '@gearboard/gears'
import { z } from 'zod'
import type { ScriptVerdict } from '@/lib/functions/python/verdict'
import type { ConnectionParts } from '../connection/connection-parts'

/**
 * Python that compiles a script and runs nothing of it: no line of it is carried out, nothing is imported for it, no session stays. What the
 * compiler says comes back as the text of an error, in base64, because the module quotes that text in its own way.
 *
 * The compiler gets bytes, as the module hands it a script's: it honours a byte-order mark and a coding cookie, and a NUL ends the script.
 */
const checker = (script: string): string => `
def _gearboard_check():
    import base64, json
    source = base64.b64decode('${Buffer.from(script, 'utf8').toString('base64')}').partition(b'\\0')[0]
    try:
        compile(source, '<string>', 'exec', 0, True)
    except Exception as error:
        said = [type(error).__name__, str(getattr(error, 'msg', None) or error), getattr(error, 'lineno', None), getattr(error, 'offset', None)]
        raise RuntimeError('gearboard-verdict ' + base64.b64encode(json.dumps(said).encode()).decode() + ' end')
_gearboard_check()
`

const saidSchema = z.tuple([z.string(), z.string(), z.number().int().nullable(), z.number().int().nullable()])

/** Asks the connected Python whether it reads a script: one tiny script on one shard, on its main thread. @throws GearsError */
export async function checkScript({ gears }: Pick<ConnectionParts, 'gears'>, script: string): Promise<ScriptVerdict> {
  try {
    // The command is ours, whatever its size: it holds the script as a text.
    await gears.pyexecute(checker(script), { override: ['unread'] })
    return { kind: 'ok' }
  } catch (error) {
    if (!(error instanceof GearsError && error.code === 'rejected')) throw error
    const [, text] = /gearboard-verdict ([A-Za-z0-9+/=]+) end/.exec(error.message) ?? []
    if (text === undefined) throw error
    const [type, message, line, column] = saidSchema.parse(JSON.parse(Buffer.from(text, 'base64').toString('utf8')))
    // Line 0: the text as a whole, as where its encoding is unknown.
    return line === 0
      ? { kind: 'refused', type, message, line: null, column: null }
      : { kind: 'refused', type, message, line, column }
  }
}
