import { ConnectionSettingsPage } from '@/components/settings/connections-page'
import { OwnShell } from '@/components/shell/own-shell'

export default function Page() {
  return (
    <OwnShell name="Settings">
      <ConnectionSettingsPage />
    </OwnShell>
  )
}
