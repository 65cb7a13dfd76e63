import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CommandOutcome, Context, ShardApi } from '../shard/core'
import { Failure } from '../shard/core'
import type { PythonScripts, ScriptOptions } from '../shard/gears/python-scripts'
import { mulberry32, type Random } from './random'

/** Functions that stay registered: the session's id, which is also the file's name, and its description. */
const FUNCTIONS = [
  ['process-orders', 'Processes orders: stock, revenue, bestsellers'],
  ['settle-payments', 'Settles payments by currency'],
  ['track-carts', 'Tracks open and abandoned carts'],
  ['alert-low-stock', 'Lists products that are low on stock'],
  ['shop-commands', 'Commands for the checkout and the back office'],
] as const

/** Runs that repeat: `first` and `every` are seconds. */
const RUNS = [
  { file: 'count-sessions', first: 3, every: 25 },
  { file: 'value-stock', first: 5, every: 40 },
  { file: 'forecast-prices', first: 8, every: 90 },
  { file: 'audit-stock', first: 12, every: 240 },
] as const

/** How many executions of runs are kept; older ones are dropped, as an operator would do. */
const KEPT_RUNS = 60
const TICK_MS = 300
const PRODUCTS = 40
const CARTS = 30
const SESSIONS = 60
/** One payment in this many comes from an old card terminal and lacks its currency. */
const OLD_TERMINAL = 25
const CATEGORIES = ['bread', 'fruit', 'cheese', 'tea'] as const
const DEVICES = ['phone', 'tablet', 'desktop'] as const
const CURRENCIES = ['EUR', 'EUR', 'EUR', 'CHF', 'GBP'] as const

/** An example shop: it registers functions and makes a few events per second, the same ones after every start. */
export class SeedShop {
  private readonly random: Random
  private readonly runs: string[] = []

  constructor(
    private readonly shard: ShardApi,
    private readonly scripts: PythonScripts,
    /** A hash tag of this shard. */
    private readonly tag: string,
    private readonly folder: string,
  ) {
    this.random = mulberry32(7 + shard.self.index)
  }

  /** True on the shard that registers the functions for all. */
  private get first(): boolean {
    return this.shard.self.index === 0
  }

  start(): void {
    if (this.clustered) this.command('RG.REFRESHCLUSTER')
    this.command('RG.CONFIGSET', 'ProfileExecutions', '1')
    for (let number = 0; number < PRODUCTS; number++) this.stockProduct(number)
    // Registrations go to every shard, so each must have joined the cluster before.
    this.shard.timer(this.clustered ? 500 : 0, () => {
      if (this.first) this.register()
      this.shard.timer(TICK_MS, () => this.tick())
    })
    if (!this.first) return
    for (const { file, first, every } of RUNS) this.shard.timer(first * 1000, () => this.repeat(file, every))
  }

  private get clustered(): boolean {
    return this.shard.clusterEnabled && this.shard.peers.length > 1
  }

  private register(): void {
    for (const [file, description] of FUNCTIONS) {
      const answer = this.execute(join('functions', `${file}.py`), { id: file, description, blocking: true })
      if (answer instanceof Failure) this.shard.log('warning', `seed: ${file}: ${answer.text}`)
    }
  }

  private repeat(file: string, every: number): void {
    const id = this.execute(join('runs', `${file}.py`), { id: undefined, description: undefined, blocking: false })
    if (typeof id === 'string') this.runs.push(id)
    while (this.runs.length > KEPT_RUNS) {
      const oldest = this.runs.shift()
      if (oldest) this.command('RG.DROPEXECUTION', oldest)
    }
    this.shard.timer(every * 1000, () => this.repeat(file, every))
  }

  private execute(file: string, options: Pick<ScriptOptions, 'id' | 'description' | 'blocking'>): CommandOutcome {
    const source = readFileSync(join(this.folder, file), 'utf8').replace(
      'CLUSTER = False',
      this.clustered ? 'CLUSTER = True' : 'CLUSTER = False',
    )
    return this.scripts.execute(seedContext(this.shard), Buffer.from(source), {
      ...options,
      upgrade: true,
      replaceWith: undefined,
      forceReinstall: false,
      requirements: [],
    })
  }

  private tick(): void {
    const { random } = this
    this.visit()
    if (random.below(3) === 0) this.fillCart()
    if (random.below(2) === 0) this.order()
    if (random.below(12) === 0) this.callCommands()
    this.shard.timer(TICK_MS + random.below(TICK_MS), () => this.tick())
  }

  private visit(): void {
    const { random } = this
    const session = this.key('session', random.below(SESSIONS))
    this.command('SET', session, `${random.pick(DEVICES)}|${random.below(100)}`, 'EX', '180')
  }

  private fillCart(): void {
    const cart = this.key('cart', this.random.below(CARTS))
    this.command('HSET', cart, this.product(), String(1 + this.random.below(4)))
    this.command('EXPIRE', cart, '60')
  }

  private order(): void {
    const { random } = this
    const product = this.product()
    const category = random.pick(CATEGORIES)
    const price = (1 + random.below(900) / 100).toFixed(2)
    const quantity = String(1 + random.below(4))
    this.command(
      'XADD',
      this.key('orders'),
      '*',
      'product',
      product,
      'category',
      category,
      'price',
      price,
      'quantity',
      quantity,
    )
    const payment = ['amount', (Number(price) * Number(quantity)).toFixed(2)]
    if (random.below(OLD_TERMINAL) !== 0) payment.push('currency', random.pick(CURRENCIES))
    this.command('XADD', this.key('payments'), '*', ...payment)
  }

  private callCommands(): void {
    const { random } = this
    if (random.below(2) === 0) this.trigger('restock', this.product(), String(5 + random.below(20)))
    else this.trigger('bestsellers', '5')
  }

  private stockProduct(number: number): void {
    const { random } = this
    const product = this.key('product', number)
    const stock = String(20 + random.below(60))
    const price = (1 + random.below(900) / 100).toFixed(2)
    this.command(
      'HSET',
      product,
      'name',
      `product ${number}`,
      'category',
      random.pick(CATEGORIES),
      'price',
      price,
      'stock',
      stock,
    )
  }

  private product(): string {
    return this.key('product', this.random.below(PRODUCTS))
  }

  /** In a cluster, keys carry this shard's tag, so that every shard has a shop of its own. */
  private key(name: string, number?: number): string {
    const own = number === undefined ? name : `${name}:${number}`
    return this.clustered ? `${own}:{${this.tag}}` : own
  }

  private trigger(...argv: string[]): void {
    const command = this.shard.commands.get('rg.trigger')
    command?.run(
      seedContext(this.shard),
      ['RG.TRIGGER', ...argv].map((arg) => Buffer.from(arg)),
    )
  }

  private command(...argv: string[]): void {
    this.shard.call(
      argv.map((arg) => Buffer.from(arg)),
      { origin: 'internal', db: 0 },
    )
  }
}

/** The seed acts as a client that may block and ignores replies. */
function seedContext(shard: ShardApi): Context {
  return {
    shard,
    client: undefined,
    db: 0,
    origin: 'client',
    argv: [],
    canBlock: true,
    block: () => ({ waiting: true, reply() {} }),
  }
}
