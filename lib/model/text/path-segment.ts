/** A segment of a URL as text. A malformed one (`%zz`) is kept unchanged: it names nothing that exists. */
export function readSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
