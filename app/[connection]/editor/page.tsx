import { EditorPage } from '@/components/editor/editor-page'

export default function Page() {
  return <EditorPage />
}
