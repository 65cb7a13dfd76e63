import { Compass } from 'lucide-react'
import { LinkButton } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'

export default function NotFound() {
  return (
    <main className="flex min-h-dvh items-center justify-center">
      <EmptyState
        icon={Compass}
        title={<h1>There is no such page</h1>}
        action={
          <LinkButton href="/" variant="primary">
            To the overview
          </LinkButton>
        }
      >
        Or no connection of that name. The address may be from another Gearboard.
      </EmptyState>
    </main>
  )
}
