import type { Metadata } from 'next'
import { EnvironmentPage } from '@/components/environment/environment-page'

export const metadata: Metadata = { title: 'Environment' }

export default function Page() {
  return <EnvironmentPage />
}
