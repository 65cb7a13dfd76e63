import { expect, test } from 'vitest'
import { sinceDeployment } from './since-deployment'

const points = [10, 12, null, 15, 18].map((held, i) => ({ at: i * 1000, held }))
const deployed = (at: number, name: string, version: number | null = 1) => ({ at, name, version })

test('the change since the latest deployment of the function that grows', () => {
  const deployments = [deployed(500, 'carts', 6), deployed(900, 'carts', 7), deployed(2500, 'orders', 2)]
  expect(sinceDeployment(points, deployments, 'carts')).toEqual({ deployment: deployments[1], change: 6 })
  expect(sinceDeployment(points, deployments)).toEqual({ deployment: deployments[2], change: 3 })
})

test('where memory at the deployment is unknown, the first known value after it counts', () => {
  expect(sinceDeployment(points, [deployed(1500, 'carts')], 'carts')?.change).toBe(3)
})

test('memory that shrank is a negative change', () => {
  const shrinking = [
    { at: 0, held: 9 },
    { at: 1000, held: 4 },
  ]
  expect(sinceDeployment(shrinking, [deployed(0, 'carts', null)])?.change).toBe(-5)
})

test('nothing is said without a deployment, after the last point, or where memory is unknown now', () => {
  expect(sinceDeployment(points, [], 'carts')).toBeUndefined()
  expect(sinceDeployment(points, [deployed(0, 'orders')], 'carts')).toBeUndefined()
  expect(sinceDeployment(points, [deployed(4000, 'carts')], 'carts')).toBeUndefined()
  expect(sinceDeployment([...points, { at: 5000, held: null }], [deployed(0, 'carts')])).toBeUndefined()
  expect(sinceDeployment([], [deployed(0, 'carts')])).toBeUndefined()
})
