import { config } from 'zod'
import { styleByNonce } from '@/components/shell/style-nonce'

// Next runs this file before any other of ours. Zod compiles schemas by `new Function` where it may, and tries whether it may: the
// Content-Security-Policy refuses that, and the browser reports each refusal on the console.
config({ jitless: true })
styleByNonce(document)
