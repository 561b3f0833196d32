interface Allowance {
  points: number;
  periodSeconds: number;
}

/**
 * What is allowed: for each limit, whose requests count together, and how many in which time.
 *
 * - `source`: the client's network. It can be a whole school, so its allowances are wide.
 * - `account`: the e-mail address that a sign-in names, known or not. It bounds a guesser with many networks.
 * - `account_source`: the two together. It is narrow: guessing from one network stops, and the owner elsewhere is not locked out.
 * - `everyone`: all requests of this limit, from anybody.
 */
export const ALLOWANCES = {
  read: {
    source: { points: 1_200, periodSeconds: 60 },
    user: { points: 600, periodSeconds: 60 },
    device: { points: 600, periodSeconds: 60 },
  },
  write: {
    source: { points: 240, periodSeconds: 60 },
    user: { points: 60, periodSeconds: 60 },
    device: { points: 30, periodSeconds: 60 },
  },
  // Any text is a video: each new one is a row, and a place in the Realtime Database.
  new_video: {
    user: { points: 20, periodSeconds: 3_600 },
  },
  register: {
    source: { points: 20, periodSeconds: 3_600 },
    everyone: { points: 600, periodSeconds: 60 },
  },
  // Four hashes at once take about 30 ms. `everyone` leaves an instance time for other work.
  sign_in: {
    source: { points: 100, periodSeconds: 900 },
    account_source: { points: 10, periodSeconds: 900 },
    account: { points: 50, periodSeconds: 900 },
    everyone: { points: 1_200, periodSeconds: 60 },
  },
  refresh: {
    source: { points: 600, periodSeconds: 60 },
    session: { points: 30, periodSeconds: 60 },
  },
  password: {
    user: { points: 10, periodSeconds: 900 },
  },
} as const satisfies Record<string, Record<string, Allowance>>;

export type LimitName = keyof typeof ALLOWANCES;

/** Whose allowances a request uses. A subject that is not given, or null, is not counted. */
export type Subjects = Partial<
  Record<"source" | "user" | "device" | "account" | "account_source" | "session" | "everyone", string | null>
>;
