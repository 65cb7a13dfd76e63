'use client'

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { ThemeProvider } from 'next-themes'
import { NuqsAdapter } from 'nuqs/adapters/next/app'
import { type ReactNode, useState } from 'react'
import { Toaster } from '@/components/ui/toaster'
import { TooltipProvider } from '@/components/ui/tooltip'
import { ApiError } from '@/lib/api/call'

const RETRIES = 2

function makeClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5000,
        refetchOnWindowFocus: false,
        // What the server refused, it refuses again; only a connection that broke is worth another try.
        retry: (failures, error) =>
          failures < RETRIES && error instanceof ApiError && (error.code === 'unreachable' || error.code === 'timeout'),
      },
    },
  })
}

interface ProvidersProps {
  /** Of the page's Content-Security-Policy, for the script that sets the theme before the first paint. */
  readonly nonce: string
  readonly children: ReactNode
}

export function Providers({ nonce, children }: ProvidersProps) {
  const [client] = useState(makeClient)
  return (
    <ThemeProvider nonce={nonce} attribute="data-theme" defaultTheme="system" enableSystem disableTransitionOnChange>
      <QueryClientProvider client={client}>
        <NuqsAdapter>
          <TooltipProvider delayDuration={300} skipDelayDuration={200}>
            {children}
          </TooltipProvider>
        </NuqsAdapter>
        <Toaster />
      </QueryClientProvider>
    </ThemeProvider>
  )
}
