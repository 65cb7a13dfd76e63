// Bundles the client into dist/gears, one module and one file of types, as the package has it. Its public surface is written down in
// packages/gears/gears.api.md: without `--update` a surface that differs from it is an error.
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor'
import { build } from 'esbuild'
import { ROOT } from '../bin/processes.mjs'

const GEARS = join(ROOT, 'packages/gears')
const OUTPUT = join(ROOT, 'dist/gears')
const TYPES = join(ROOT, 'dist/gears-types')

const bundle = () =>
  build({
    entryPoints: [join(GEARS, 'index.ts')],
    outfile: join(OUTPUT, 'index.js'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
  })

function declare() {
  const tsc = join(createRequire(import.meta.url).resolve('typescript/package.json'), '../bin/tsc')
  rmSync(TYPES, { recursive: true, force: true })
  const { status } = spawnSync(process.execPath, [tsc, '-p', join(GEARS, 'tsconfig.types.json')], { stdio: 'inherit' })
  if (status !== 0) throw new Error('the types of the client could not be written')
}

/** @throws when the surface is another one than the report's, unless it is to be updated */
function rollUp(update) {
  const configObject = {
    projectFolder: GEARS,
    mainEntryPointFilePath: join(TYPES, 'index.d.ts'),
    compiler: { tsconfigFilePath: join(GEARS, 'tsconfig.types.json') },
    apiReport: {
      enabled: true,
      reportFolder: GEARS,
      reportFileName: 'gears',
      reportTempFolder: join(tmpdir(), 'gearboard-api'),
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: true, untrimmedFilePath: join(OUTPUT, 'index.d.ts') },
    messages: {
      compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
      extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
    },
  }
  const packageJsonFullPath = join(GEARS, 'package.json')
  const config = ExtractorConfig.prepare({ configObject, packageJsonFullPath, configObjectFullPath: undefined })
  const { succeeded, apiReportChanged } = Extractor.invoke(config, { localBuild: update, showVerboseMessages: false })
  if (apiReportChanged && !update)
    throw new Error(
      'the public surface of the client changed: run npm run sdk, and read what changed in packages/gears/gears.api.md',
    )
  if (!succeeded) throw new Error('the types of the client could not be put into one file')
}

export async function buildSdk({ update = false } = {}) {
  mkdirSync(OUTPUT, { recursive: true })
  await bundle()
  declare()
  rollUp(update)
  rmSync(TYPES, { recursive: true, force: true })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildSdk({ update: true })
