import { ConfigPage } from '@/components/config/config-page'

export default function Page() {
  return <ConfigPage />
}
