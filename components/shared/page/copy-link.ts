import { toast } from '@/components/ui/toaster'

/** Copies the address of the page with its filter, range and selection, and says so. */
export const copyLink = (): Promise<void> => copyText(location.href, 'Link copied')

/** @param done what a toast says afterwards */
export async function copyText(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    toast.success(done)
  } catch {
    // Browsers allow it only on HTTPS and localhost.
    toast.error('The browser refused to copy', { description: text })
  }
}
