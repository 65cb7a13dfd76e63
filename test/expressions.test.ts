import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { GearsError } from '@gearboard/gears'
import { parsePrivateData } from '@gearboard/gears/private-data'
import { parsePythonLiteral } from '@gearboard/gears/vocabulary/python-literal'
import { splitWords } from '@gearboard/gears/vocabulary/shell-words'
import { errorSignature, errorTitle, readError } from '@gearboard/gears/vocabulary/traceback'
import { analyse } from 'scslre'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { parsePstats } from '@/components/profiler/pstats'
import { readRequirements, requirementName, requirementProblem } from '@/lib/model/environment/pep508'
import { planInWords, stepLabel } from '@/lib/model/executions/plan-step'
import { parseFilter } from '@/lib/model/filter/filter'
import { executionVocabulary } from '@/lib/model/filter/filter-fields'
import { parseRange } from '@/lib/model/filter/filter-range'
import { descriptionInWords, nameOfDescription } from '@/lib/model/registrations/description'
import { treeOf } from '@/lib/model/text/result-tree'
import { visibleText } from '@/lib/model/text/visible-text'
import { readPastedLine } from '@/lib/model/trigger/trigger-line'
import { readRaised } from '@/lib/server/history/sqlite/executions/raised'
import { parseMarker } from '@/packages/engine/wheels/marker'
import { parseSpecifier } from '@/packages/engine/wheels/specifier'

const ROOT = resolve(import.meta.dirname, '..')

/** Every regular expression of the sources, with its place. */
function expressions(): { readonly at: string; readonly text: string }[] {
  const files = ['app', 'components', 'lib', 'packages'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|(^|\/)test(ing)?\//.test(name)),
  )
  return files.flatMap((file) => {
    const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, true)
    const found: { at: string; text: string }[] = []
    const visit = (node: ts.Node): void => {
      const at = `${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`
      if (ts.isRegularExpressionLiteral(node)) found.push({ at, text: node.text })
      if (ts.isNewExpression(node) && node.expression.getText() === 'RegExp') found.push({ at, text: node.getText() })
      ts.forEachChild(node, visit)
    }
    visit(source)
    return found
  })
}

describe('no text from outside takes an expression longer than its length allows', () => {
  const all = expressions()

  test('they are found', () => expect(all.length).toBeGreaterThan(250))

  test('every expression takes linear time, by its structure', () => {
    const slow = all.flatMap(({ at, text }) => {
      if (text.startsWith('new ')) return [`${at} ${text}: is built, so nobody can tell`]
      const end = text.lastIndexOf('/')
      const { reports } = analyse(
        { source: text.slice(1, end), flags: text.slice(end + 1) },
        { reportTypes: { Move: true } },
      )
      return reports.length > 0 ? [`${at} ${text}`] : []
    })
    expect(slow).toEqual([])
  })
})

/** Characters: a reader whose time is the square of them does not end within the minutes that a test has. */
const LONG = 400_000
const many = (unit: string, chars: number): string => unit.repeat(Math.ceil(chars / unit.length))

/** Units that make greedy, nested and unanchored regular expressions backtrack: each alone, after a prefix and before a suffix. */
const UNITS = [
  ...[
    'a',
    ' ',
    '\t',
    '\n',
    '0',
    '(',
    '[',
    '{',
    '"',
    "'",
    '\\',
    '\\"',
    '#',
    '@',
    ':',
    ',',
    ';',
    '-',
    '.',
    '=',
    '*',
    'é',
  ],
  ...[
    'a:',
    'a://',
    '://',
    '@a',
    '"a',
    "'a",
    '\\x',
    'a b',
    'a,',
    '{"a":',
    "{'a':",
    '[[',
    '({',
    '((',
    '() ',
    'a=',
    '# ',
    '-a',
    '1.',
  ],
  ...[
    "b'",
    '\\\n',
    ' ; ',
    'a\n',
    "', 'refCount': 1",
    "{'name':'",
    "'registrationsList':[",
    '  File "a", line 1, in ',
    ':1(',
    '<-',
  ],
]
const BEGINNINGS = [
  '',
  'redis://',
  '"',
  "['",
  "{'sessionName':'a', 'sessionDescription':'",
  'a @ ',
  'a[',
  'a; (',
  'key:',
  '{"a":',
  '>',
]
const ENDS = ['', '\n', ')', '\u2028']

const bounded =
  <T>(read: (text: string) => T) =>
  (text: string) => {
    try {
      read(text)
    } catch (error) {
      // A refusal in words is an answer; an exhausted stack is none.
      if (!(error instanceof Error) || error instanceof RangeError) throw error
    }
  }

const READERS: Readonly<Record<string, (text: string) => void>> = {
  'an error': (text) => void new GearsError('rejected', text, {}).message,
  'private data': parsePrivateData,
  'a traceback': (text) => {
    for (const raw of [text, `['Traceback (most recent call last):\\n', '${text.replaceAll("'", '"')}']`]) {
      const report = readError(raw)
      errorTitle(report)
      errorSignature(report)
    }
  },
  'what was raised': readRaised,
  'a filter': (text) =>
    parseFilter(
      text,
      executionVocabulary(() => null),
    ),
  'a range': (text) => (['number', 'duration', 'moment'] as const).map((kind) => parseRange(text, kind)),
  requirements: readRequirements,
  'one requirement': (text) => [requirementProblem(text), requirementName(text)],
  'a requirement for the engine': bounded(parseSpecifier),
  'a marker': bounded(parseMarker),
  'a plan': (text) => {
    const step = { type: 'map', name: text, arg: text, durationMs: null, global: false }
    return [stepLabel(step), planInWords([step])]
  },
  statistics: parsePstats,
  'a literal': parsePythonLiteral,
  'a result': (text) => treeOf(text.slice(0, 200_000)),
  'a description': (text) => [descriptionInWords(text), nameOfDescription(text)],
  'words of a shell': splitWords,
  'a pasted line': readPastedLine,
  'what is not seen': visibleText,
}

test.each(Object.entries(READERS))('%s: long texts of the worst are read, and exhaust nothing', (_, read) => {
  for (const unit of UNITS) {
    read(many(unit, LONG))
    const text = many(unit, LONG / 10)
    for (const begin of BEGINNINGS) read(begin + text)
    for (const end of ENDS) read(text + end)
  }
})
