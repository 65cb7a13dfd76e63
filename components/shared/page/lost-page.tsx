import { CircleQuestionMark } from 'lucide-react'
import type { ReactNode } from 'react'
import { Banner } from '@/components/ui/banner'
import { LinkButton } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { ApiError, describeError } from '@/lib/api/call'
import { PageHeader } from './page-header'

interface LostPageProps {
  readonly breadcrumb?: ReactNode
  /** `execution`, `registration`. */
  readonly noun: string
  readonly error: Error
  /** The list that would contain it. */
  readonly list: { readonly href: string; readonly label: string }
  /** The text to show if the error says that it does not exist. */
  readonly headline: ReactNode
  /** What can be done about it. */
  readonly actions?: ReactNode
  /** When it was last seen, and how it ended. */
  readonly children: ReactNode
}

/** The page of something the server does not have: whether it was ever seen and how it ended, or that the server could not be asked. */
export function LostPage({ breadcrumb, noun, error, list, headline, actions, children }: LostPageProps) {
  const unknown = error instanceof ApiError && error.code === 'not_found'
  return (
    <div className="flex flex-col gap-3">
      <PageHeader breadcrumb={breadcrumb} headline={unknown ? headline : `Cannot load this ${noun}.`} />
      {unknown ? (
        <Panel>
          <EmptyState
            icon={CircleQuestionMark}
            title="No shard lists it"
            action={
              <>
                {actions}
                <LinkButton href={list.href}>{list.label}</LinkButton>
              </>
            }
          >
            {children}
          </EmptyState>
        </Panel>
      ) : (
        <Banner tone="failed" title="The server’s answer">
          {describeError(error)}
        </Banner>
      )}
    </div>
  )
}
