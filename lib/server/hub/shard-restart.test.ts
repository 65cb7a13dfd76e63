import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { freePorts } from '@/test/free-ports'
import { startEngine } from '@/test/gears-processes'
import { closedAfter, status, until, watch } from '@/test/watched-connection'

test('a shard whose Python broke down says when and why, and the connection is live again', async () => {
  const port = await freePorts(1)
  const engine = await startEngine(1, port)
  closedAfter(() => engine.stop())
  const connection = watch(port)
  await status(connection, 'live')
  const { feed } = connection.hub
  expect(feed.shardStates[0]?.restart).toBeUndefined()

  const redis = new Redis({ port, host: '127.0.0.1', protocol: 2 })
  closedAfter(async () => redis.disconnect())
  redis.on('error', () => {})
  const exit = "import ctypes\nGB('ShardsIDReader').map(lambda x: ctypes.pythonapi.Py_Exit(3)).run()"
  await redis.call('RG.PYEXECUTE', exit).catch(() => {})

  const restart = await until(connection, () => feed.shardStates[0]?.restart)
  expect(restart.reason).toBe('Python broke down: it exited with status 3')
  expect(restart.at).toBeLessThanOrEqual(Date.now())
  await status(connection, 'live')
})
