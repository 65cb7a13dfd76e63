'use client'

import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button, IconButton } from './button'
import { toast } from './toaster'

interface CopyButtonProps {
  /** What is copied; a function when it is costly to make. */
  readonly text: string | (() => string)
  /** What it is, for the tooltip: `Copy id`. */
  readonly label: string
  /** With the label as its text, instead of the icon alone. */
  readonly withText?: boolean
  /** What the text requires where it is pasted; shown after copying. */
  readonly note?: { readonly title: string; readonly description: string }
  readonly className?: string
  readonly size?: 'default' | 'row'
  readonly disabledReason?: string
}

export function CopyButton({ text, label, withText = false, note, className, size, disabledReason }: CopyButtonProps) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 1500)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === 'function' ? text() : text)
      setCopied(true)
      if (note) toast.info(note.title, { description: note.description })
    } catch {
      // The clipboard needs https or localhost, and the user's permission.
      toast.error('The browser did not allow copying', { description: 'It allows it on https and on localhost.' })
    }
  }
  const icon = copied ? Check : Copy
  return withText ? (
    <Button icon={icon} size={size} className={className} disabledReason={disabledReason} onClick={copy}>
      {copied ? 'Copied' : label}
    </Button>
  ) : (
    <IconButton
      label={copied ? 'Copied' : label}
      icon={icon}
      size={size}
      className={className}
      disabledReason={disabledReason}
      onClick={copy}
    />
  )
}
