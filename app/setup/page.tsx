import { SetUp } from '@/components/shell/set-up'

export default function Page() {
  return (
    <main className="flex min-h-dvh items-center justify-center p-4">
      <title>Set up · Gearboard</title>
      <SetUp />
    </main>
  )
}
