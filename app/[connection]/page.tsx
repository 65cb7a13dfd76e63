import { redirect } from 'next/navigation'

interface ConnectionPageProps {
  readonly params: Promise<{ readonly connection: string }>
}

export default async function ConnectionPage({ params }: ConnectionPageProps) {
  const { connection } = await params
  redirect(`/${connection}/overview`)
}
