import type { Metadata } from 'next'
import { Suspense } from 'react'
import { SignIn } from '@/components/shell/sign-in'

export const metadata: Metadata = { title: 'Sign in' }

export default function Page() {
  return (
    <main className="flex min-h-dvh items-center justify-center p-4">
      <Suspense>
        <SignIn />
      </Suspense>
    </main>
  )
}
