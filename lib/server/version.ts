import 'server-only'
import { version } from '@/package.json'

/** Gearboard's own. */
export const VERSION: string = version
