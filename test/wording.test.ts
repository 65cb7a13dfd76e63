import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')

/** Turns that no page, message, comment or document uses, each with a better one. */
const BANNED: readonly (readonly [turn: RegExp, better: string])[] = [
  [/\bnobody knows\b/i, 'unknown'],
  [/\bone who must\b/i, 'name who or what it is'],
  [/\bwho(ever)? looks\b/i, 'every user'],
  [/\bkeep it to himself\b/i, 'private'],
  [/\ball the same\b/i, 'anyway'],
  [/\bgo(es)? on (with|being)\b/i, 'continues, or still'],
  [/\bwithout (a word|words)\b/i, 'silently, or with no message'],
  [/\bwithout end\b/i, 'endlessly, forever'],
  [/\b(put|set) aside, not sent\b|\bput aside\b/i, 'draft saved in this browser'],
  [/\bunder way\b/i, 'in progress'],
  [/\bon record\b/i, 'in history, recorded'],
  [/\b(come|comes|begin|begins|begun|started|starts) anew\b/i, 'start over, start again, will be created'],
  [/\bas last (heard|told)\b/i, 'last reported, not up to date'],
  [/\bcame (anyway|all the same)\b/i, 'was returned'],
  [/\bwould stand here\b/i, 'will appear here'],
  [/\bhow (it|they) fares?\b/i, 'health'],
  [/\bwhat stands out\b/i, 'findings'],
  [/\bforget (it|them)\b/i, 'remove'],
  [/\bdid not work\b/i, 'failed'],
  [/\bgives? no service\b/i, 'refuses service'],
  [/\bcould not be drawn\b|\bdraw it again\b/i, 'something broke, reload'],
  [/\bkeys? of (your|my|one’s) own\b/i, 'custom key'],
  [/\bupper and lower case count\b/i, 'case-sensitive'],
  [/\bof unknown origin\b/i, 'unknown function'],
  [/\bwho sees whom\b/i, 'topology as seen by each shard'],
  [/\bwhere does a key go\b/i, 'find a key’s shard'],
  [/\b(is|are) registered no longer\b/i, 'was removed'],
  [/\btook its place\b/i, 'its replacement'],
  [/\bthe record cannot be read\b/i, 'history unavailable'],
  [/\bthat one could tell\b/i, 'unknown, not enough data'],
  [/\bnothing needs you\b/i, 'no problems'],
  [/\bthis sheet\b/i, 'name the thing'],
  [/\bwhat is drawn\b/i, 'measure, or showing older data'],
  [/\bat the present rate\b/i, 'at the current rate, or per minute'],
  [/\bregistrations? (came|goes?|comes?)\b/i, 'added, replaced'],
  [/\bfires at its events\b/i, 'it is live'],
  [/\bnot carried out\b/i, 'did not run, failed'],
  [/\bhanded to something\b/i, 'passed to'],
  [/\bshows only when it runs\b/i, 'is known only at run time'],
  [/\bnearer to a crash\b/i, 'crashes after repeated calls'],
  [/\bclock that nobody sets\b/i, 'steady clock'],
  [/\bas (it|they) stands?\b/i, 'unchanged, as it is'],
  [/\b(told|tell|tells) apart\b/i, 'distinguish'],
  [/\b(is|are|are read|is made|set|sets|begins?) anew\b/i, 'again, or re-'],
  [/\bas far as anybody\b/i, 'as far as it is known'],
  [/\bwhat (stands|stood) (behind|above|between|below)\b/i, 'name the thing'],
  [/\bwhatever stands\b/i, 'name the thing'],
  [/\bwhere nobody needs to\b/i, 'where … is not required'],
  [/\bnobody can (tell|say)\b/i, 'unknown'],
  [/\bsomebody who\b/i, 'a user who'],
  [/\bthe one who\b/i, 'name who it is'],
  [/\bends? it by hand\b|\bswitches it by hand\b/i, 'you can switch it off in …'],
]

/** What others write or hold to: replies of the module, the seed, the licence, words of tests. */
const NOT_OURS =
  /^(ARCHITECTURE\.md|CHANGELOG\.md|LICENSE|package-lock\.json|docs\/protocol\.md|packages\/engine\/(seed|wheels)\/|docs\/screenshots\/)|\.test\.tsx?$|^(e2e|bench|test)\/|\/test(ing)?\//

/** Text of a file on one line, so that a turn is found over the line breaks of comments, strings and prose. */
const flat = (text: string): string => text.replace(/\s*\n\s*(?:\*(?!\/)|\/\/|#)?\s*/g, ' ')

const FILES = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => /\.(tsx?|mjs|md)$/.test(file) && !NOT_OURS.test(file))

/** `file: … the turn … → better` of each banned turn in a text. */
const bannedIn = (file: string, text: string): readonly string[] => {
  const line = flat(text)
  return BANNED.flatMap(([turn, better]) => {
    const found = turn.exec(line)
    return found ? [`${file}: “${line.slice(Math.max(0, found.index - 40), found.index + 60)}” → ${better}`] : []
  })
}

test('pages, messages, comments and documents use no banned turn', () => {
  expect(FILES.length).toBeGreaterThan(500)
  expect(FILES.flatMap((file) => bannedIn(file, readFileSync(join(ROOT, file), 'utf8')))).toEqual([])
})

test.each([
  ['a string', "const title = '3 results came all the same'"],
  ['JSX over a line break', '<p>\n  Clears them for everyone\n  who looks.\n</p>'],
  ['a comment over a line break', '/**\n * A connection for one who\n * must keep it to himself.\n */'],
  ['a line comment', '// The upload is under way.'],
  ['a clock', '/** On a clock that nobody sets, ms. */'],
  ['a clause', '/** Null where nobody needs to sign in. */'],
  ['a pasted line', '// It is pasted as it stands.'],
  ['a document', '# Results\n\nWhat is on\nrecord is searched.'],
])('finds one in %s', (_, text) => {
  expect(bannedIn('file', text)).not.toEqual([])
})

test.each([
  ["const title = 'The script is still running.'"],
  ['/** Runs `work`, and continues with the next one. */'],
  ['Recorded executions stay in history for 14 days.'],
])('takes %s', (text) => {
  expect(bannedIn('file', text)).toEqual([])
})
