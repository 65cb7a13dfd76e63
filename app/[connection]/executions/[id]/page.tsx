import type { Metadata } from 'next'
import { ExecutionPage } from '@/components/execution/execution-page'
import { shortenId } from '@/lib/model/text/format'
import { readSegment } from '@/lib/model/text/path-segment'

interface ExecutionPageProps {
  readonly params: Promise<{ readonly id: string }>
}

/** The page itself adds its name, which is nobody's to know before they are signed in. */
export async function generateMetadata({ params }: ExecutionPageProps): Promise<Metadata> {
  const { id } = await params
  return { title: `Execution ${shortenId(readSegment(id))}` }
}

export default async function Page({ params }: ExecutionPageProps) {
  const { id } = await params
  return <ExecutionPage id={readSegment(id)} />
}
