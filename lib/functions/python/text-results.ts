import { runtimePath } from './reading/names'
import { held, type ReadValue } from './reading/values'
import { given, type Happening, lineOf, type ReadScript } from './script'

/** Their results came over Redis' own protocol: its integers have 64 bits, and texts that are not UTF-8 are read as bytes. */
const ANSWERS_OF_REDIS: ReadonlySet<string> = new Set(['execute()', 'call_next()', 'hashtag()'])

/** Whether a reply can carry it without harm: text, or a value of which enough is known. */
function isHarmless(value: ReadValue): boolean {
  for (const one of held(value)) {
    switch (one.kind) {
      case 'named':
        if (!ANSWERS_OF_REDIS.has(runtimePath(one.path))) return false
        break
      case 'unknown':
      case 'huge':
      case 'instance':
      case 'coroutine':
        return false
      case 'int':
        if (BigInt.asIntN(64, one.value) !== one.value) return false
        break
      case 'list':
        if (one.open && one.shape === 'list') return false
        break
      default:
        break
    }
  }
  return true
}

const isProven = ({ asText, result }: Happening): boolean => asText === true || isHarmless(result)

/** Why nothing shows that the reply of a blocking run is harmless; undefined where the script shows it, or runs nothing. */
export function unprovenRun(script: ReadScript): { readonly line: number; readonly why: string } | undefined {
  const run = script.happenings.find((one) => one.action.name === 'run' && one.action.when === 'sent' && !isProven(one))
  if (run)
    return {
      line: lineOf(script, run.action.nameNode),
      why: 'The results may not be text: convertToStr is not True',
    }
  const [hidden] = script.cannotTell
  return hidden && { line: lineOf(script, hidden.node), why: `The results may not be text: ${hidden.why}` }
}

/** Whether a script shows that a trigger which it registers answers text, or what a reply can carry. */
export function provesTrigger(script: ReadScript, trigger: string): boolean {
  if (script.unread) return false
  const those = script.happenings.filter(({ action }) => {
    const name = action.name === 'register' ? given(action.args, 'trigger')?.value : undefined
    return name !== undefined && (name.kind !== 'text' || name.value === trigger)
  })
  return those.length > 0 && those.every(isProven)
}
