import { Suspense } from 'react'
import { SignIn } from '@/components/shell/sign-in'

export default function Page() {
  return (
    <main className="flex min-h-dvh items-center justify-center p-4">
      <title>Sign in · Gearboard</title>
      <Suspense>
        <SignIn />
      </Suspense>
    </main>
  )
}
