import { GeistMono } from 'geist/font/mono'
import { GeistSans } from 'geist/font/sans'
import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import './globals.css'
import { Providers } from './providers'

export const metadata: Metadata = {
  description: 'Monitor and operate RedisGears',
}

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: dark)', color: '#0d0e10' },
    { media: '(prefers-color-scheme: light)', color: '#f7f8f9' },
  ],
}

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  // No page is made at build time: the nonce is another one each time (lib/server/door/headers.ts).
  const nonce = (await headers()).get('x-nonce') ?? ''
  return (
    // The theme is set before the first paint, so the markup differs from the server's in this one attribute.
    <html lang="en" className={`${GeistSans.variable} ${GeistMono.variable}`} suppressHydrationWarning>
      <body>
        <Providers nonce={nonce}>{children}</Providers>
      </body>
    </html>
  )
}
