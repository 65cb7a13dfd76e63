import { plural } from '@/lib/model/format'
import type { Finding } from '@/lib/model/python/finding'
import type { Problems, SubmitMode } from '@/lib/model/submission'

const ACT: Readonly<Record<SubmitMode, string>> = {
  new: 'registration',
  upgrade: 'upgrade',
  replace: 'replacement',
  run: 'run',
}

const NUMBERS = ['No', 'One', 'Two', 'Three', 'Four', 'Five']
const inWords = (n: number, noun: string): string => `${NUMBERS[n] ?? n} ${noun}${n === 1 ? '' : 's'}`

/** The page's answer: whether this script may be sent, and if not, why. */
export function draftHeadline(mode: SubmitMode, findings: readonly Finding[], problems: Problems) {
  const crashes = findings.filter((finding) => finding.severity === 'crash')
  const [crash] = crashes
  if (crash)
    return {
      headline: `${inWords(crashes.length, 'error')} ${crashes.length === 1 ? 'stops' : 'stop'} this ${ACT[mode]}: ${crash.message}.`,
      second: crash.hint,
    }
  const problem = Object.values(problems)[0]
  if (problem) return { headline: `This ${ACT[mode]} cannot be sent yet.`, second: problem }
  const errors = findings.filter((finding) => finding.severity === 'error')
  if (errors[0]) return { headline: `This ${ACT[mode]} will fail: ${errors[0].message}.`, second: errors[0].hint }
  const warnings = findings.length
  return {
    headline:
      warnings === 0
        ? `Ready to ${mode === 'run' ? 'run' : `send this ${ACT[mode]}`}.`
        : `Ready, with ${plural(warnings, 'warning')}.`,
    second: findings[0] ? `${findings[0].message}.` : 'No findings. What you type is kept in this browser.',
  }
}
