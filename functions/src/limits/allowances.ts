interface Allowance {
  points: number;
  periodSeconds: number;
}

/**
 * Whose requests count together, from the narrowest to the widest. A request is counted in this order, one after the other, and the first
 * refusal ends it. So requests that are refused by a narrow allowance take nothing from one that others share.
 *
 * - `session`, `device`, `user`: the caller's own.
 * - `known_device`: an account on a device on which it has signed in before. It is counted by nothing else, so what other people do cannot
 *   refuse it.
 * - `account_source`: the account that a sign-in names, known or not, with the client's networks. Guessing from one place stops, and the
 *   owner elsewhere is not locked out.
 * - `source`: the client's networks. One may be a whole school, so its allowances are large.
 * - `stranger`: the same, of requests without a live session.
 * - `account`: the account that a sign-in names, from anywhere. It bounds a guesser with many networks.
 * - `everyone`: all requests of this limit.
 */
export const SCOPES = [
  "session",
  "device",
  "user",
  "known_device",
  "account_source",
  "source",
  "stranger",
  "account",
  "everyone",
] as const;

export type Scope = (typeof SCOPES)[number];

/**
 * When a request is counted. `arrival`: by the guard of its route, before the body is validated. `valid`: by its service, once
 * the body is valid and before the work that the limit protects, such as a password hash.
 */
export type Moment = "arrival" | "valid";

/** What is allowed: for each limit and moment, how many requests of a scope in which time. A route names its limit. */
export const ALLOWANCES = {
  read: {
    arrival: {
      device: { points: 600, periodSeconds: 60 },
      user: { points: 600, periodSeconds: 60 },
      source: { points: 1_200, periodSeconds: 60 },
    },
  },
  write: {
    arrival: {
      device: { points: 30, periodSeconds: 60 },
      user: { points: 60, periodSeconds: 60 },
      source: { points: 240, periodSeconds: 60 },
    },
  },
  // By session: neither other requests, nor a thief with another session, nor other people can use it up.
  end_session: {
    arrival: {
      session: { points: 60, periodSeconds: 60 },
      stranger: { points: 240, periodSeconds: 60 },
    },
  },
  // Any text is a video: each new one is a row, and a place in the Realtime Database.
  new_video: {
    valid: {
      user: { points: 20, periodSeconds: 3_600 },
    },
  },
  register: {
    valid: {
      source: { points: 20, periodSeconds: 3_600 },
      everyone: { points: 600, periodSeconds: 60 },
    },
  },
  // Four hashes at once take about 30 ms. `everyone` leaves an instance time for other work.
  sign_in: {
    valid: {
      known_device: { points: 20, periodSeconds: 900 },
      account_source: { points: 10, periodSeconds: 900 },
      source: { points: 100, periodSeconds: 900 },
      account: { points: 100, periodSeconds: 900 },
      everyone: { points: 1_200, periodSeconds: 60 },
    },
  },
  // Each session is a row for half a year after the sign-in, and from its end on an entry in the Realtime Database.
  new_session: {
    valid: {
      user: { points: 100, periodSeconds: 86_400 },
    },
  },
  refresh: {
    arrival: {
      source: { points: 600, periodSeconds: 60 },
    },
    valid: {
      session: { points: 30, periodSeconds: 60 },
    },
  },
  // A thief with one session does not keep the owner from changing the password in another.
  password: {
    valid: {
      session: { points: 10, periodSeconds: 900 },
      user: { points: 30, periodSeconds: 900 },
    },
  },
} as const satisfies Record<string, Partial<Record<Moment, Partial<Record<Scope, Allowance>>>>>;

export type LimitName = keyof typeof ALLOWANCES;

/**
 * How much larger the allowance of a wider IPv6 network is. Guesses at one account get the same from a /48 as from one address: one person
 * may have all of it.
 */
export const NETWORK_FACTORS = {
  source: { 64: 1, 56: 2, 48: 4 },
  stranger: { 64: 1, 56: 2, 48: 4 },
  account_source: { 64: 1, 56: 1, 48: 1 },
} as const;

/** Whose allowances a request uses. A scope that is not given is not counted. An address is null where the request has none. */
export interface Scopes {
  session?: string;
  device?: string;
  user?: string;
  known_device?: string;
  account_source?: { account: string; address: string | null };
  source?: string | null;
  stranger?: string | null;
  account?: string;
  everyone?: "all";
}
