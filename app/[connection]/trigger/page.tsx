import { TriggerPage } from '@/components/trigger/trigger-page'

export default function Page() {
  return <TriggerPage />
}
