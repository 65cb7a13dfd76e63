import { describe, expect, it } from 'vitest'
import { joinWord, splitWords, type Word, wordsFromJson } from './shell-words'

describe('splitWords', () => {
  it.each<[string, Word[]]>([
    ['', []],
    ['  \t a   b\n', ['a', 'b']],
    ['user:1 "two words" \'and three\'', ['user:1', 'two words', 'and three']],
    ['"" \'\'', ['', '']],
    [String.raw`"tab\there" "nl\n" "bell\a" "q\"q" "\\"`, ['tab\there', 'nl\n', 'bell\u0007', 'q"q', '\\']],
    [String.raw`"\x41\x42" "\x00" "\xzz"`, ['AB', '\0', 'xzz']],
    [String.raw`"\xff\x00"`, [{ base64: '/wA=' }]],
    [String.raw`"\xc3\xa9" é 😀`, ['é', 'é', '😀']],
    [String.raw`'it\'s' 'no\n'`, ["it's", String.raw`no\n`]],
    ['a"b c"', ['ab c']],
    [String.raw`back\slash`, [String.raw`back\slash`]],
  ])('%j', (line, words) => {
    expect(splitWords(line)).toEqual({ words })
  })

  it.each([
    ['say "hello', 'This double quote is never closed.', 4],
    ["say 'hello", 'This single quote is never closed.', 4],
    ['"a"b', 'A closing quote must be followed by a space.', 3],
    [String.raw`"a\"`, 'This double quote is never closed.', 0],
  ])('%j is refused with its place', (line, error, at) => {
    expect(splitWords(line)).toEqual({ error, at })
  })
})

describe('joinWord', () => {
  it('is read back as the same words, whatever they hold', () => {
    const words: Word[] = [
      '',
      'plain',
      'a b',
      '"',
      "'",
      '\\',
      '\n\r\t',
      '\0',
      '\u0085',
      'é😀',
      { base64: '/wA=' },
      '\\x41',
    ]
    expect(splitWords(words.map(joinWord).join(' '))).toEqual({ words })
  })
})

describe('wordsFromJson', () => {
  it('keeps texts and writes the rest as JSON', () => {
    expect(wordsFromJson('["a b", 1, true, null, {"k": [1]}]')).toEqual({
      words: ['a b', '1', 'true', 'null', '{"k":[1]}'],
    })
  })
  it('refuses what is no array', () => {
    expect(wordsFromJson('{"a": 1}')).toMatchObject({ error: 'Enter a JSON array: ["first", "second"].' })
    expect(wordsFromJson('["a",')).toMatchObject({ error: 'This is not valid JSON.' })
  })
})
