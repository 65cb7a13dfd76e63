import { redirect } from 'next/navigation'

interface Props {
  readonly params: Promise<{ readonly connection: string }>
}

export default async function ConnectionPage({ params }: Props) {
  const { connection } = await params
  redirect(`/${connection}/overview`)
}
