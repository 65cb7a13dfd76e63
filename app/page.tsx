import { redirect } from 'next/navigation'

/** The connection of GEARBOARD_URL, or the embedded one, is always named so. */
export default function Home() {
  redirect('/default/overview')
}
