import { expect, test } from 'vitest'
import type { SubmitReply } from '@/lib/api/contract/functions'
import type { Submission } from '@/lib/functions/submission'
import { RunSender, type SubmitState } from './run'

const script = (text: string): Submission => ({
  script: text,
  mode: 'new',
  id: '',
  description: '',
  replaceWith: '',
  requirements: [],
  blocking: true,
  reinstall: false,
})

const NOTHING: SubmitReply = { kind: 'nothing', sourceId: 'a' }

/** A page that shows one run, and replies that come when the test says so. */
function page() {
  let run: SubmitState = { state: 'idle' }
  const states: string[] = []
  const sender = new RunSender((next) => {
    run = next(run)
    states.push(run.state)
  })
  const send = (text: string) => {
    let answer: (reply: SubmitReply) => void = () => undefined
    let fail: (error: Error) => void = () => undefined
    const reply = new Promise<SubmitReply>((resolve, reject) => {
      answer = resolve
      fail = reject
    })
    const settled = sender.send(script(text), false, () => reply).catch((error: unknown) => error)
    return { answer, fail, settled }
  }
  return { sender, states, send, shown: () => (run.state === 'idle' ? run : { ...run, sent: run.sent.script }) }
}

test('the page follows a script from sending to its reply', async () => {
  const { send, shown, states } = page()
  const first = send('first')
  expect(shown()).toMatchObject({ state: 'sending', sent: 'first', since: expect.any(Number) })
  first.answer(NOTHING)
  expect(await first.settled).toBe(NOTHING)
  expect(shown()).toMatchObject({ state: 'replied', sent: 'first', reply: NOTHING })
  expect(states).toEqual(['sending', 'replied'])
})

test.each<[string, (earlier: ReturnType<ReturnType<typeof page>['send']>) => void]>([
  ['a late reply', ({ answer }) => answer(NOTHING)],
  ['a late error', ({ fail }) => fail(new Error('late'))],
])('%s to an earlier script changes nothing, while the later one is sent and after its reply', async (_, settle) => {
  for (const laterIsFirst of [false, true]) {
    const { send, shown } = page()
    const [earlier, later] = [send('earlier'), send('later')]
    if (laterIsFirst) {
      later.answer(NOTHING)
      await later.settled
    }
    const before = shown()
    expect(before).toMatchObject({ sent: 'later' })
    settle(earlier)
    await earlier.settled
    expect(shown()).toEqual(before)
  }
})

test('what was given up stays given up, whatever comes later, and a new script is followed again', async () => {
  for (const settle of ['answer', 'fail'] as const) {
    const { sender, send, shown } = page()
    const reason = new Error('given up')
    const first = send('first')
    sender.giveUp(reason)
    expect(shown()).toMatchObject({ state: 'refused', error: reason, sent: 'first' })
    if (settle === 'answer') first.answer(NOTHING)
    else first.fail(new Error('late'))
    await first.settled
    expect(shown()).toMatchObject({ state: 'refused', error: reason, sent: 'first' })
    const second = send('second')
    second.answer(NOTHING)
    await second.settled
    expect(shown()).toMatchObject({ state: 'replied', sent: 'second' })
  }
})

test('giving up changes no reply that is there', async () => {
  const { sender, send, shown } = page()
  const only = send('only')
  only.answer(NOTHING)
  await only.settled
  sender.giveUp(new Error('too late'))
  expect(shown()).toMatchObject({ state: 'replied', sent: 'only' })
})
