import { expect, test } from 'vitest'
import { ServerClock } from './server-clock'

const HOUR = 3_600_000

function clockAt(wall: number) {
  const time = { steady: 5000, wall }
  const clock = new ServerClock(
    () => time.steady,
    () => time.wall,
  )
  const pass = (ms: number) => {
    time.steady += ms
    time.wall += ms
  }
  return { clock, time, pass }
}

test('before the server has said the time, the browser’s clock serves', () => {
  const { clock, pass } = clockAt(1000)
  expect(clock.now()).toBe(1000)
  pass(50)
  expect(clock.now()).toBe(1050)
})

test.each([-26 * HOUR, -HOUR, -90_000, 0, 90_000, HOUR])('a browser that is %i ms off counts by the server', (off) => {
  const server = 1_700_000_000_000
  const { clock, pass } = clockAt(server + off)
  clock.observe(server)
  pass(12_000)
  expect(clock.now()).toBe(server + 12_000)
})

test('reports that were held up on the way do not set it back', () => {
  const { clock, pass } = clockAt(0)
  clock.observe(10_000)
  pass(5000)
  clock.observe(11_000)
  expect(clock.now()).toBe(15_000)
})

test('a browser’s clock that is set while the page is open changes nothing', () => {
  const { clock, time, pass } = clockAt(0)
  clock.observe(10_000)
  time.wall += HOUR
  pass(1000)
  expect(clock.now()).toBe(11_000)
})

test('a server’s clock that is set is followed, back as well, once the old reports are forgotten', () => {
  const { clock, pass } = clockAt(0)
  let jumps = 0
  clock.onJump(() => jumps++)
  clock.observe(2 * HOUR)
  expect(jumps).toBe(1)
  for (let i = 0; i < 6; i++) {
    pass(5000)
    clock.observe(HOUR + 5000 * i)
  }
  expect(clock.now()).toBe(HOUR + 25_000)
  expect(jumps).toBe(2)
  clock.observe(3 * HOUR)
  expect(clock.now()).toBe(3 * HOUR)
})
