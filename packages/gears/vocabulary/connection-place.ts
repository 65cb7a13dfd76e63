/** Where a connection is declared, and changed: by the environment, in a configuration file, or in the browser. */
export type ConnectionPlace = 'environment' | 'file' | 'settings'

/** What no URL holds, with its label where connections are entered in the browser. */
const LABELS = {
  'tls.ca': 'CA certificate',
  'tls.cert': 'client certificate',
  'tls.servername': 'server name',
  'sentinel.username': 'user on the sentinels',
  'sentinel.password': 'password on the sentinels',
  'sentinel.tls': 'TLS to the sentinels',
} as const

type PlacedField = keyof typeof LABELS

interface PlaceWords {
  /** The connection's URL: follows a verb or a preposition. */
  readonly url: string
  /** Sentences: what to check where user or password are refused, and what to do where one is missing. */
  readonly checkPassword: string
  readonly addPassword: string
  /** A field beside the URL. */
  readonly field: (name: PlacedField) => string
}

/** How advice names the place where a connection is changed. */
export const PLACE_WORDS: Readonly<Record<ConnectionPlace, PlaceWords>> = {
  environment: {
    url: 'GEARBOARD_URL',
    checkPassword: 'Check user and password in GEARBOARD_URL: redis://user:password@host:port.',
    addPassword:
      'Add it to GEARBOARD_URL: redis://:password@host:port, or redis://user:password@host:port for a user of the ACL.',
    field: (name) => `${name} (GEARBOARD_URL cannot hold it: declare the connection in a configuration file)`,
  },
  file: {
    url: 'the connection’s url in the configuration file',
    checkPassword: 'Check username and password of the connection in the configuration file, or in its url there.',
    addPassword: 'Set password of the connection in the configuration file, and username for a user of the ACL.',
    field: (name) => `${name} of the connection in the configuration file`,
  },
  settings: {
    url: 'the connection’s URL under Settings, Connections',
    checkPassword: 'Check user and password of the connection under Settings, Connections.',
    addPassword:
      'Enter the password of the connection under Settings, Connections, and the user if it is one of the ACL.',
    field: (name) => `the ${LABELS[name]} of the connection under Settings, Connections`,
  },
}
