import type { Metadata } from 'next'
import { ProfilerPage } from '@/components/profiler/profiler-page'

export const metadata: Metadata = { title: 'Profiler' }

export default function Page() {
  return <ProfilerPage />
}
