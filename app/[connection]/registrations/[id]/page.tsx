import type { Metadata } from 'next'
import { RegistrationPage } from '@/components/registrations/detail/registration-page'
import { shortenId } from '@/lib/model/text/format'
import { readSegment } from '@/lib/model/text/path-segment'

interface RegistrationPageProps {
  readonly params: Promise<{ readonly id: string }>
}

/** The page itself adds its name, which is nobody's to know before they are signed in. */
export async function generateMetadata({ params }: RegistrationPageProps): Promise<Metadata> {
  const { id } = await params
  return { title: `Registration ${shortenId(readSegment(id))}` }
}

export default async function Page({ params }: RegistrationPageProps) {
  const { id } = await params
  return <RegistrationPage id={readSegment(id)} />
}
