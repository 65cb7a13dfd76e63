import { AlertSettingsPage } from '@/components/alerts/alert-settings-page'

export default function Page() {
  return <AlertSettingsPage />
}
