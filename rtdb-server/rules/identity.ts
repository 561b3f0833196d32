/** Who makes a request: an administrator, who bypasses the rules, or a user with the `auth` of rules (null = signed out). */
export type Identity = { readonly admin: true } | { readonly admin: false; readonly auth: unknown };

export const ADMIN: Identity = { admin: true };
export const SIGNED_OUT: Identity = { admin: false, auth: null };
