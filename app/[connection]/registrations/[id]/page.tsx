import { RegistrationPage } from '@/components/registrations/detail/registration-page'
import { readSegment } from '@/lib/model/text/path-segment'

interface RegistrationPageProps {
  readonly params: Promise<{ readonly id: string }>
}

export default async function Page({ params }: RegistrationPageProps) {
  const { id } = await params
  return <RegistrationPage id={readSegment(id)} />
}
