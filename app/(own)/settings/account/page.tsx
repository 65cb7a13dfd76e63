import { AccountPage } from '@/components/people/account-page'

export default function Page() {
  return <AccountPage />
}
