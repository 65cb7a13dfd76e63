'use client'

import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { ThemeProvider } from 'next-themes'
import { NuqsAdapter } from 'nuqs/adapters/next/app'
import { type ReactNode, useState } from 'react'
import { Toaster } from '@/components/ui/toaster'
import { TooltipProvider } from '@/components/ui/tooltip'
import { ApiError } from '@/lib/api/call'
import { queryKey } from '@/lib/api/query'

const RETRIES = 2

function makeClient(): QueryClient {
  // Another tab may have signed out: who is signed in is asked again, and the page leads to the sign-in.
  const onError = (error: Error) => {
    if (error instanceof ApiError && error.code === 'unauthenticated')
      void client.invalidateQueries({ queryKey: queryKey('me', {}) })
  }
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
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
  return client
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
