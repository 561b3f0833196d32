import type { App } from "firebase-admin/app";
import type { FirebaseClaims } from "../contract/account.ts";

export interface CustomTokens {
  /** A Firebase custom token for a session, valid for an hour. `signInWithCustomToken` exchanges it for the user's rights in the RTDB. */
  mint(userId: string, claims: FirebaseClaims): Promise<string>;
}

/** Custom tokens signed by the app's service account; unsigned where FIREBASE_AUTH_EMULATOR_HOST is set. */
export function createCustomTokens(app: App): CustomTokens {
  return {
    async mint(userId, claims) {
      // Loaded late: it takes 130 ms, and most requests mint no token.
      const { getAuth } = await import("firebase-admin/auth");
      return getAuth(app).createCustomToken(userId, claims);
    },
  };
}
