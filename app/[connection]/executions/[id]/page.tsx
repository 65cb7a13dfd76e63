import { ExecutionPage } from '@/components/execution/execution-page'
import { readSegment } from '@/lib/model/text/path-segment'

interface ExecutionPageProps {
  readonly params: Promise<{ readonly id: string }>
}

export default async function Page({ params }: ExecutionPageProps) {
  const { id } = await params
  return <ExecutionPage id={readSegment(id)} />
}
