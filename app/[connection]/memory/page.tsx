import { MemoryPage } from '@/components/memory/memory-page'

export default function Page() {
  return <MemoryPage />
}
