import { ProviderReturn } from '@/components/shell/provider-return'

export default function Page() {
  return (
    <main className="flex min-h-dvh items-center justify-center p-4">
      <title>Sign in · Gearboard</title>
      <ProviderReturn />
    </main>
  )
}
