import { expect, it } from 'vitest'
import { failingLine } from './failing-line'

const SCRIPT =
  "# Checks\n\ndef parse(x):\n    return x['currency']\n\nGB().map(parse).map(lambda x: x['amount']).register()"
const raised = (line: number, of: string) =>
  `['Traceback (most recent call last):\\n', '  File "<string>", line ${line}, in ${of}\\n', "KeyError: 'x'\\n"]`
const on = (...errors: (string | null)[]) => errors.map((lastError) => ({ lastError }))
const SEEN_NONE = { lastError: null }

it('is the line of the last error that was seen, or else of any shard', () => {
  const observed = { lastError: { text: raised(4, 'parse'), at: 1 } }
  expect(failingLine({ perShard: on(null), observed }, SCRIPT)).toBe(4)
  expect(failingLine({ perShard: on(null, raised(6, '<lambda>')), observed: SEEN_NONE }, SCRIPT)).toBe(6)
  expect(failingLine({ perShard: on('gears.forcestopped', raised(4, 'parse')), observed: SEEN_NONE }, SCRIPT)).toBe(4)
})

it('is none where nothing failed, where the error names no line, and where it is of another script', () => {
  expect(failingLine({ perShard: on(null), observed: SEEN_NONE }, SCRIPT)).toBeUndefined()
  expect(failingLine({ perShard: on('Execution max idle reached'), observed: SEEN_NONE }, SCRIPT)).toBeUndefined()
  expect(failingLine({ perShard: on(raised(40, 'parse')), observed: SEEN_NONE }, SCRIPT)).toBeUndefined()
  expect(failingLine({ perShard: on(raised(4, 'settle')), observed: SEEN_NONE }, SCRIPT)).toBeUndefined()
})
