import { ConnectionSettingsPage } from '@/components/settings/connections-page'

export default function Page() {
  return <ConnectionSettingsPage />
}
