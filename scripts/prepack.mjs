// Before `npm pack`: what the package holds is built. An installed package builds nothing.
import { build, isBuilt } from '../bin/build.mjs'
import { buildEngine } from '../bin/build-engine.mjs'
import { buildSdk } from './build-sdk.mjs'

if (!isBuilt()) await build()
await buildEngine()
await buildSdk()
