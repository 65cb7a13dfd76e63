import { expect, it } from 'vitest'
import { callLine, hasNul, readPastedLine } from './trigger-line'

it('reads a whole command, as it stands in a shell or in redis-cli', () => {
  expect(readPastedLine('redis-cli rg.trigger greet "big world"')).toEqual({
    call: { name: 'greet', key: null, args: ['big world'] },
  })
  expect(readPastedLine('RG.TRIGGERONKEY rate.allow rate:1 5')).toEqual({
    call: { name: 'rate.allow', key: 'rate:1', args: ['5'] },
  })
})

it('reads arguments alone and JSON', () => {
  expect(readPastedLine('a "b c"')).toEqual({ args: ['a', 'b c'] })
  expect(readPastedLine('["a", 1]')).toEqual({ args: ['a', '1'] })
})

it('says what is missing', () => {
  expect(readPastedLine('RG.TRIGGER')).toMatchObject({ error: 'RG.TRIGGER needs the name of a trigger.' })
  expect(readPastedLine('RG.TRIGGERONKEY t')).toMatchObject({ error: 'RG.TRIGGERONKEY needs a key after the trigger.' })
  expect(readPastedLine('a "b')).toEqual({ error: 'This double quote is never closed.', at: 2 })
})

it('writes the line that it reads back', () => {
  const call = { name: 'a b', key: 'k"', args: ['', { base64: '/wA=' }, 'x\n'] }
  expect(readPastedLine(callLine(call))).toEqual({ call })
  expect(call.args.map(hasNul)).toEqual([false, true, false])
})
