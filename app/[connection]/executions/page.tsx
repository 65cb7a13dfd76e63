import { ExecutionsPage } from '@/components/executions/executions-page'

export default function Page() {
  return <ExecutionsPage />
}
