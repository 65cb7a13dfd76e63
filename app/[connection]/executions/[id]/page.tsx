import type { Metadata } from 'next'
import { ExecutionPage } from '@/components/execution/execution-page'

export const metadata: Metadata = { title: 'Execution' }

export default async function Page({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  const { id } = await params
  return <ExecutionPage id={decodeURIComponent(id)} />
}
