import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { FleetPage } from '@/components/fleet/fleet-page'
import { homeOf } from '@/lib/server/home'

/** One connection alone is opened at once; several are listed. */
export default async function Home() {
  const home = homeOf(new Headers(await headers()))
  if (home.leads === 'to sign in') redirect('/login?next=%2F')
  if (home.leads === 'to connection') redirect(`/${encodeURIComponent(home.name)}/overview`)
  return <FleetPage />
}
