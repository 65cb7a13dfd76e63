import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
const DAYS = '2'

interface Wanted {
  /** `IP:127.0.0.1`, `DNS:localhost`. */
  readonly names?: string
  /** It ended yesterday. */
  readonly expired?: boolean
}

/** An authority that no client trusts yet, and what it signs, made with openssl in a folder of its own. */
export class Authority {
  readonly #folder = mkdtempSync(join(tmpdir(), 'gearboard-tls-'))
  readonly certificateFile = this.#file('authority.crt')

  constructor() {
    this.#openssl(
      'req',
      '-x509',
      ...EC,
      '-keyout',
      'authority.key',
      '-out',
      'authority.crt',
      '-days',
      DAYS,
      ...subject('ours'),
    )
  }

  /** PEM. */
  get certificate(): string {
    return readFileSync(this.certificateFile, 'utf8')
  }

  /** Arguments with which redis-server listens with TLS as well, with a certificate of this authority. */
  server(port: number, { names = 'IP:127.0.0.1,DNS:localhost', expired = false }: Wanted = {}): readonly string[] {
    const name = `server-${port}`
    writeFileSync(this.#file(`${name}.ext`), `subjectAltName=${names}\n`)
    this.#openssl('req', ...EC, '-keyout', `${name}.key`, '-out', `${name}.csr`, ...subject(name))
    const signed = ['-in', `${name}.csr`, '-CA', 'authority.crt', '-CAkey', 'authority.key', '-CAcreateserial']
    const days = expired ? '-1' : DAYS
    this.#openssl('x509', '-req', ...signed, '-out', `${name}.crt`, '-extfile', `${name}.ext`, '-days', days)
    const files = ['--tls-cert-file', this.#file(`${name}.crt`), '--tls-key-file', this.#file(`${name}.key`)]
    return ['--tls-port', String(port), ...files, '--tls-ca-cert-file', this.certificateFile]
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #openssl(...args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: this.#folder, stdio: 'pipe' })
  }

  #file(name: string): string {
    return join(this.#folder, name)
  }
}

const subject = (name: string): readonly string[] => ['-subj', `/CN=${name}`]
