import { RegistrationsPage } from '@/components/registrations/list/registrations-page'

export default function Page() {
  return <RegistrationsPage />
}
