import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Lines } from './line'

/** A connection whose requests come as the test says, and which begun. */
function connection(lines = new Lines()) {
  const socket = new Socket()
  lines.join(socket)
  const begun: string[] = []
  const responses = new Map<string, ServerResponse>()
  return {
    lines,
    socket,
    begun,
    ask: (...names: readonly string[]) => {
      for (const name of names) {
        const response = new ServerResponse(new IncomingMessage(socket))
        responses.set(name, response)
        lines.enter(socket, response, () => begun.push(name))
      }
    },
    answer: (name: string) => {
      responses.get(name)?.emit('close')
      return setImmediate()
    },
  }
}

test('requests of one connection begin one after the other, and nothing is read while some wait', async () => {
  const { lines, socket, begun, ask, answer } = connection()
  expect(lines.isBusy(socket)).toBe(false)
  ask('first', 'second', 'third')
  expect(begun).toEqual(['first'])
  expect(socket.isPaused()).toBe(true)
  // Node reads on after each request.
  socket.resume()
  await setImmediate()
  expect(socket.isPaused()).toBe(true)
  await answer('first')
  expect(begun).toEqual(['first', 'second'])
  expect(socket.isPaused()).toBe(true)
  await answer('second')
  expect(begun).toEqual(['first', 'second', 'third'])
  expect(socket.isPaused()).toBe(false)
  await answer('third')
  expect(lines.isBusy(socket)).toBe(false)
})

test('each connection has a line of its own', () => {
  const lines = new Lines()
  const [one, other] = [connection(lines), connection(lines)]
  one.ask('a', 'b')
  other.ask('c')
  expect([one.begun, other.begun]).toEqual([['a'], ['c']])
})

test('what waits begins no more once its connection is closed, before its turn and in between', async () => {
  for (const closing of ['before', 'between']) {
    const { lines, socket, begun, ask, answer } = connection()
    ask('first', 'second', 'third')
    if (closing === 'before') socket.destroy()
    const turn = answer('first')
    if (closing === 'between') socket.destroy()
    await turn
    await setImmediate()
    expect(begun).toEqual(['first'])
    expect(lines.isBusy(socket)).toBe(false)
  }
})

test('a connection that sends far too much is closed, and what waited of it makes room for others', async () => {
  const lines = new Lines()
  const fill = () => {
    const one = connection(lines)
    one.ask(...Array.from({ length: 4097 }, (_, at) => `${at}`))
    return one
  }
  const [first, second] = [fill(), fill()]
  expect([first.socket.destroyed, second.socket.destroyed]).toEqual([false, false])
  first.ask('one too many')
  expect(first.socket.destroyed).toBe(true)
  // 8192 of the two wait: no room for any other, until those of the first are gone.
  const third = connection(lines)
  third.ask('begins', 'waits')
  expect(third.socket.destroyed).toBe(true)
  await first.answer('0')
  const fourth = connection(lines)
  fourth.ask('begins', 'waits')
  expect(fourth.socket.destroyed).toBe(false)
})
