import type { App } from "firebase-admin/app";
import type { FirebaseClaims } from "../contract/account.ts";
import { within } from "../runtime/within.ts";

export interface CustomTokens {
  /**
   * A Firebase custom token for a session, valid for an hour. `signInWithCustomToken` exchanges it for the user's rights in the RTDB.
   * @throws Error if the service account may not sign, or there is no answer in time
   */
  mint(userId: string, claims: FirebaseClaims): Promise<string>;
}

/** A sign-in waits for it. With a key of our own, signing takes no call. */
const MINT_MS = 3_000;

/** Custom tokens signed by the app's service account; unsigned where FIREBASE_AUTH_EMULATOR_HOST is set. */
export function createCustomTokens(app: App, timeoutMs = MINT_MS): CustomTokens {
  return {
    async mint(userId, claims) {
      // Loaded late: it takes 130 ms, and most requests mint no token.
      const { getAuth } = await import("firebase-admin/auth");
      return within(timeoutMs, getAuth(app).createCustomToken(userId, claims));
    },
  };
}
