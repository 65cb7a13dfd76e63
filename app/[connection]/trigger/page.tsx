import type { Metadata } from 'next'
import { TriggerPage } from '@/components/trigger/trigger-page'

export const metadata: Metadata = { title: 'Trigger' }

export default function Page() {
  return <TriggerPage />
}
