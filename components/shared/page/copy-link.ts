import { toast } from '@/components/ui/toaster'

/** Copies the address of the page with its filter, range and selection, and says so. */
export async function copyLink(): Promise<void> {
  try {
    await navigator.clipboard.writeText(location.href)
    toast.success('Link copied')
  } catch {
    // Browsers allow it only on HTTPS and localhost.
    toast.error('The browser refused to copy', { description: location.href })
  }
}
