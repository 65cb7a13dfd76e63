import { type ClassValue, clsx } from 'clsx'
import { extendTailwindMerge } from 'tailwind-merge'

// Our type sizes look like colours to tailwind-merge: `text-small` would push `text-fg-2` out.
const merge = extendTailwindMerge({
  extend: {
    theme: {
      text: ['axis', 'small', 'body', 'headline', 'figure'],
      radius: ['chip', 'control', 'panel'],
    },
  },
})

/** Joins class names; of two utilities for one property the later wins. */
export const cn = (...classes: ClassValue[]): string => merge(clsx(classes))
