import { ProfilerPage } from '@/components/profiler/profiler-page'

export default function Page() {
  return <ProfilerPage />
}
