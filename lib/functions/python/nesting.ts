/** How deeply a script nests, read off its text alone: linear, whatever the text is. */
export interface Nesting {
  /** Brackets open at once, at most. */
  readonly brackets: number
  /**
   * Links of one chain (`a + b + …`, `a.b().c() …`, `- - -x`, `elif`) nested in each other, at most; and where the statement with them begins.
   */
  readonly links: number
  readonly at: number
}

/** Strings and comments, the operators that nest their operand, and what ends such a chain. */
const TOKEN = /"""|'''|["'#\n;,()[\]{}]|[-+*/%&|^@.]|\b(?:and|or|not|if|elif|lambda)\b|\\[\s\S]/g

export function nestingOf(text: string): Nesting {
  const open: number[] = []
  let most: Nesting = { brackets: 0, links: 0, at: 0 }
  /** Links in the innermost brackets, and in all around them. */
  let links = 0
  let around = 0
  let elifs = 0
  let elifsAt = 0
  let statement = 0
  const note = (count: number, at: number) => {
    if (count > most.links) most = { ...most, links: count, at }
  }
  TOKEN.lastIndex = 0
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
    const [token] = match
    switch (token) {
      case '"':
      case "'":
      case '"""':
      case "'''":
        TOKEN.lastIndex = endOfString(text, match.index, token)
        break
      case '#': {
        const end = text.indexOf('\n', match.index)
        TOKEN.lastIndex = end < 0 ? text.length : end
        break
      }
      case '(':
      case '[':
      case '{':
        open.push(links)
        around += links + 1
        links = 0
        if (open.length > most.brackets) most = { ...most, brackets: open.length }
        note(around, statement)
        break
      case ')':
      case ']':
      case '}': {
        const before = open.pop()
        if (before === undefined) break
        around -= before + 1
        // A chain continues behind the brackets of a call.
        links = before + 1
        break
      }
      case ',':
        links = 0
        break
      case '\n':
      case ';':
        if (open.length > 0 && token === '\n') break
        links = 0
        statement = match.index + 1
        break
      case 'elif':
        if (elifs === 0) elifsAt = statement
        note(++elifs, elifsAt)
        break
      default:
        if (token.startsWith('\\')) break
        // `if` at the beginning of a statement begins a chain of elif.
        if (token === 'if' && text.slice(statement, match.index).trim() === '') elifs = 0
        note(around + ++links, statement)
    }
  }
  return most
}

/** Behind a string; behind its line where a short one does not end. */
function endOfString(text: string, from: number, quote: string): number {
  for (let at = from + quote.length; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === BACKSLASH) at++
    else if (code === NEWLINE && quote.length === 1) return at
    else if (code === quote.charCodeAt(0) && text.startsWith(quote, at)) return at + quote.length
  }
  return text.length
}

const BACKSLASH = 92
const NEWLINE = 10
