import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { z } from 'zod'
import { listInWords } from '@/lib/model/text/format'

type RawIssue = Parameters<z.core.$ZodErrorMap>[0]

/**
 * What would be right, where a schema has no words of its own: `must be a whole number from 1 to 1,000`. For `safeParse(value, { error })`; what the
 * schema itself says goes before.
 */
export const wrongInput: z.core.$ZodErrorMap = (issue) =>
  issue.input === undefined ? MISSING + right(issue) : right(issue)

const MISSING = 'is missing; it '
const WORDS: ReadonlyMap<string, string> = new Map([
  ['string', 'a string'],
  ['boolean', 'true or false'],
  ['array', 'an array'],
  ['object', 'an object'],
  ['record', 'an object'],
  ['never', 'left out'],
])
const MOST_NAMED = 5
const NAME_CHARS = 60

function right(issue: RawIssue): string {
  const schema = issue.schema ?? issue.inst
  if (schema instanceof z.ZodNumber) return `must be ${numberInWords(schema)}`
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${WORDS.get(issue.expected) ?? issue.expected}`
    case 'invalid_value':
      return issue.values.length === 1 ? `must be ${issue.values.join()}` : `must be one of ${issue.values.join(', ')}`
    case 'too_small':
      return issue.minimum === 1
        ? 'must not be empty'
        : `must have at least ${sizeInWords(issue.origin, issue.minimum)}`
    case 'too_big':
      return `must have at most ${sizeInWords(issue.origin, issue.maximum)}`
    case 'unrecognized_keys': {
      const names = issue.keys.map((key) => JSON.stringify(key.slice(0, NAME_CHARS)))
      return `takes no ${names.length === 1 ? 'field' : 'fields'} ${listInWords(names, MOST_NAMED)}`
    }
    case 'invalid_union':
      return eitherInWords(issue.errors)
    case 'invalid_key':
    case 'invalid_element':
      return issue.issues[0]?.message ?? 'is not valid'
    default:
      return 'is not valid'
  }
}

/** `a whole number from 1 to 1,000`; bounds that no one wrote are left out. */
function numberInWords({ isInt, minValue, maxValue }: z.ZodNumber): string {
  const kind = isInt ? 'a whole number' : 'a number'
  const [least, most] = [minValue, maxValue].map((bound) =>
    bound !== null && Math.abs(bound) < Number.MAX_SAFE_INTEGER ? formatCount(bound) : undefined,
  )
  if (least !== undefined && most !== undefined) return `${kind} from ${least} to ${most}`
  if (least !== undefined) return `${kind} of at least ${least}`
  return most === undefined ? kind : `${kind} of at most ${most}`
}

const sizeInWords = (origin: string, size: number | bigint): string =>
  origin === 'string' ? plural(Number(size), 'character') : plural(Number(size), 'entry', 'entries')

/** What is wrong with it as the form that it has; what it could be, where it has none of them. */
function eitherInWords(forms: readonly (readonly z.core.$ZodIssue[])[]): string {
  const firsts = forms.flatMap(([first]) => first ?? [])
  const near = firsts.find(({ code, path }) => code !== 'invalid_type' || path.length > 0)
  if (near) return near.path.length > 0 ? `${near.path.join('.')}: ${near.message}` : near.message
  const words = firsts.map(({ message }) => message.replace(MISSING, '').replace(/^must be /, ''))
  return words.length > 0 ? `must be ${words.join(' or ')}` : 'is not valid'
}
