import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
const DAYS = '2'

const CA_CONF = `[ca]
default_ca = ours
[ours]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
[any]
commonName = supplied
`

interface CertificateOptions {
  /** `IP:127.0.0.1`, `DNS:localhost`. */
  readonly names?: string
  /** How long it is valid from now on; `-1`: it ended yesterday. */
  readonly days?: string
  /** It begins in the year 2099. */
  readonly early?: boolean
  /** Signed by itself, not by the authority. */
  readonly alone?: boolean
}

/** An authority that no client trusts yet, and what it signs, made with openssl in a folder of its own. */
export class Authority {
  private readonly folder = mkdtempSync(join(tmpdir(), 'gearboard-tls-'))
  readonly certificateFile = this.file('authority.crt')
  private pairs = 0

  constructor() {
    this.openssl(
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
  server(port: number, wanted: CertificateOptions = {}): readonly string[] {
    const name = this.sign(`server-${port}`, wanted)
    const files = ['--tls-cert-file', this.file(`${name}.crt`), '--tls-key-file', this.file(`${name}.key`)]
    return ['--tls-port', String(port), ...files, '--tls-ca-cert-file', this.certificateFile]
  }

  /** Lines with which a sentinel listens with TLS as well. */
  sentinel(port: number): readonly string[] {
    const words = [...this.server(port), '--tls-auth-clients', 'no', '--tls-replication', 'yes']
    return words.join(' ').split(/ ?--/).slice(1)
  }

  /** Certificate and key of a server, PEM. */
  pair(wanted: CertificateOptions = {}): { readonly cert: string; readonly key: string } {
    const { cert, key } = this.pairFiles(wanted)
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
  }

  /** The same as files, which a server reads by itself. */
  pairFiles(wanted: CertificateOptions = {}): { readonly cert: string; readonly key: string } {
    const name = this.sign(`pair-${this.pairs++}`, wanted)
    return { cert: this.file(`${name}.crt`), key: this.file(`${name}.key`) }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  private sign(
    name: string,
    { names = 'IP:127.0.0.1,DNS:localhost', days = DAYS, alone = false, early = false }: CertificateOptions,
  ): string {
    writeFileSync(this.file(`${name}.ext`), `subjectAltName=${names}\n`)
    this.openssl('req', ...EC, '-keyout', `${name}.key`, '-out', `${name}.csr`, ...subject(name))
    if (early) return this.signLate(name)
    const by = alone ? ['-key', `${name}.key`] : ['-CA', 'authority.crt', '-CAkey', 'authority.key', '-CAcreateserial']
    const files = ['-in', `${name}.csr`, '-out', `${name}.crt`, '-extfile', `${name}.ext`]
    this.openssl('x509', '-req', ...files, ...by, '-days', days)
    return name
  }

  /** Only `openssl ca` takes a date to begin at, in every version that is in use. */
  private signLate(name: string): string {
    writeFileSync(this.file('index.txt'), '')
    writeFileSync(this.file('serial'), '01')
    writeFileSync(this.file('ca.conf'), CA_CONF)
    const by = ['-config', 'ca.conf', '-cert', 'authority.crt', '-keyfile', 'authority.key']
    const files = ['-in', `${name}.csr`, '-out', `${name}.crt`, '-extfile', `${name}.ext`]
    this.openssl('ca', '-batch', '-notext', ...by, ...files, '-startdate', '20990101000000Z', '-days', DAYS)
    return name
  }

  private openssl(...args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: this.folder, stdio: 'pipe' })
  }

  private file(name: string): string {
    return join(this.folder, name)
  }
}

const subject = (name: string): readonly string[] => ['-subj', `/CN=${name}`]
