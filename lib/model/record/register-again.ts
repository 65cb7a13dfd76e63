import type { SourceWithScript } from './source'

/**
 * What the submit endpoint takes to register a source as before, where nothing of its session is on the server. A script that forms a reference
 * cycle keeps its session's name after it is unregistered (protocol 6.5): UPGRADE reuses the name, and creates a session that does not exist.
 */
export function registerAgainBody({
  script,
  requirements,
  options,
}: Pick<SourceWithScript, 'script' | 'requirements' | 'options'>) {
  const { id, description } = options
  return {
    script,
    requirements: [...requirements],
    blocking: false,
    ...(typeof id === 'string' && { id, upgrade: true }),
    ...(typeof description === 'string' && { description }),
  }
}
