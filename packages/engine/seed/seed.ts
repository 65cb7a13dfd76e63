import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Context, Seed, ShardApi } from '../shard/core'
import { Failure } from '../shard/core'
import type { PythonScripts } from '../shard/gears/python-scripts'
import { mulberry32, type Random } from './random'

/** Keys that the shop's timetable sets, each of which a function waits for: `first` and `every` are seconds. */
const JOBS = [
  { name: 'sales-report', first: 10, every: 30 },
  { name: 'stock-audit', first: 30, every: 240 },
] as const

const TICK_MS = 300
const PRODUCTS = 40
const CARTS = 30
const SESSIONS = 60
/** A time of more events, s: when the first begins, from one to the next, and how long it lasts. */
interface Wave {
  readonly first: number
  readonly every: number
  readonly lasts: number
}

/** A flash sale: parcels are packed faster than labels are written. */
const SALE: Wave = { first: 45, every: 300, lasts: 20 }
/** An advertisement fills carts: what a run of their function leaves in memory is told from what other functions leave. */
const CAMPAIGN: Wave = { first: 60, every: 240, lasts: 45 }
/** Parcels that are packed at each tick of a sale. */
const SALE_PARCELS = 3
/** One payment in this many comes from an old card terminal and lacks its currency. */
const OLD_TERMINAL = 25
const CATEGORIES = ['bread', 'fruit', 'cheese', 'tea'] as const
const DEVICES = ['phone', 'tablet', 'desktop'] as const
const CURRENCIES = ['EUR', 'EUR', 'EUR', 'CHF', 'GBP'] as const

/** An example shop: a few events per second, the same ones after every start, and the functions that they fire. */
export class SeedShop {
  private readonly random: Random
  private sale = { on: false }
  private campaign = { on: false }

  constructor(
    private readonly shard: ShardApi,
    private readonly scripts: PythonScripts,
    /** A hash tag of this shard. */
    private readonly tag: string,
    private readonly folder: string,
    /** `events`: whoever started the engine submits the functions. */
    private readonly seed: Exclude<Seed, 'none'>,
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
      if (this.first && this.seed === 'all') this.submitFunctions()
      this.shard.timer(TICK_MS, () => this.tick())
    })
    this.sale = this.wave(SALE)
    this.campaign = this.wave(CAMPAIGN)
    if (!this.first) return
    for (const { name, first, every } of JOBS)
      this.repeat(first, every, () => this.command('SET', this.key(`job:${name}`), 'due', 'EX', '10'))
  }

  private get clustered(): boolean {
    return this.shard.clusterEnabled && this.shard.peers.length > 1
  }

  private submitFunctions(): void {
    const { sessions, runs } = shopOf(this.folder)
    for (const { id } of sessions) this.submit(id, id)
    for (const run of runs) this.submit(run, undefined)
  }

  private submit(file: string, id: string | undefined): void {
    const source = readFileSync(join(this.folder, 'functions', `${file}.py`))
    const answer = this.scripts.execute(seedContext(this.shard), source, {
      id,
      description: undefined,
      blocking: id !== undefined,
      upgrade: id !== undefined,
      replaceWith: undefined,
      forceReinstall: false,
      requirements: [],
    })
    if (answer instanceof Failure) this.shard.log('warning', `seed: ${file}: ${answer.text}`)
  }

  /** @param first s, and `every`, s */
  private repeat(first: number, every: number, act: () => void): void {
    this.shard.timer(first * 1000, () => {
      act()
      this.repeat(every, every, act)
    })
  }

  private wave({ first, every, lasts }: Wave): { on: boolean } {
    const wave = { on: false }
    this.repeat(first, every, () => {
      wave.on = true
      this.shard.timer(lasts * 1000, () => {
        wave.on = false
      })
    })
    return wave
  }

  private tick(): void {
    const { random } = this
    this.visit()
    if (random.below(this.campaign.on ? 1 : 5) === 0) this.fillCart()
    if (random.below(2) === 0) this.order()
    if (random.below(12) === 0) this.callCommands()
    if (this.sale.on) for (let parcel = 0; parcel < SALE_PARCELS; parcel++) this.pack(this.product())
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
    if (random.below(6) === 0) this.pack(product)
  }

  private pack(product: string): void {
    this.command('XADD', this.key('packed'), '*', 'product', product)
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

  /** Keys carry this shard's tag, so that every shard has a shop of its own. */
  private key(name: string, number?: number): string {
    return `${number === undefined ? name : `${name}:${number}`}:{${this.tag}}`
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

/** Sessions have their script in functions/, and an earlier version beside it; a run is submitted once. */
function shopOf(folder: string): {
  readonly sessions: readonly { readonly id: string }[]
  readonly runs: readonly string[]
} {
  return JSON.parse(readFileSync(join(folder, 'functions.json'), 'utf8'))
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
