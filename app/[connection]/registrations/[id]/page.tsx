import type { Metadata } from 'next'
import { RegistrationPage } from '@/components/registrations/registration-page'

export const metadata: Metadata = { title: 'Registration' }

export default async function Page({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  const { id } = await params
  return <RegistrationPage id={decodeURIComponent(id)} />
}
