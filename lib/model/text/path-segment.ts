/** A segment of an address as text. One that stands for no text (`%zz`) is taken as it is: it names nothing that there is. */
export function readSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
