import { Compass } from 'lucide-react'
import { LinkButton } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'

export default function NotFound() {
  return (
    <main className="flex min-h-dvh items-center justify-center">
      <title>Page not found · Gearboard</title>
      <EmptyState
        icon={Compass}
        title={<h1>Page not found</h1>}
        action={
          <LinkButton href="/" variant="primary">
            Go to Overview
          </LinkButton>
        }
      >
        The page or connection does not exist here. The address may come from another Gearboard.
      </EmptyState>
    </main>
  )
}
