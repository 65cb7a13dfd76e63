'use client'

import dynamic from 'next/dynamic'
import { EditorLoading } from './editor-loading'

const Workbench = dynamic(() => import('./workbench').then((module) => module.Workbench), {
  ssr: false,
  loading: EditorLoading,
})

export function EditorPage() {
  return <Workbench />
}
