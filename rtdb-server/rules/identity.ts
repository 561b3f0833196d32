/** Who makes a request: an administrator, who bypasses the rules, or a user. */
export type Identity = { readonly admin: true } | User;

export interface User {
  readonly admin: false;
  /** The `auth` of rules; null = signed out. */
  readonly auth: unknown;
  /** When the user's token expires, in milliseconds. Absent if it never does. */
  readonly expiresAt?: number;
}

export const ADMIN: Identity = { admin: true };
export const SIGNED_OUT: User = { admin: false, auth: null };
