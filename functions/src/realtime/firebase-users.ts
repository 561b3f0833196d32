import type { App } from "firebase-admin/app";
import type { Auth } from "firebase-admin/auth";
import { within } from "../runtime/within.ts";

export interface FirebaseUsers {
  /**
   * Ends the user's Firebase sign-ins: no ID token is renewed any more. The user's live sessions fetch a new custom token. Safe to repeat,
   * and for a user that Firebase does not know.
   * @throws Error if there is no answer within 3 s
   */
  revokeRefreshTokens(userId: string): Promise<void>;
  /**
   * Deletes the user's Firebase account. Safe to repeat, and for a user that Firebase does not know. A custom token minted in the hour
   * before can still create an account of that id, with nothing in it.
   */
  deleteAccount(userId: string): Promise<void>;
}

/** Firebase Auth may say nothing for minutes, with the retries of its library. A task tries again. */
const AUTH_TIMEOUT_MS = 3_000;

export function createFirebaseUsers(app: App, timeoutMs = AUTH_TIMEOUT_MS): FirebaseUsers {
  async function ignoreUnknownUser(work: (auth: Auth) => Promise<void>): Promise<void> {
    // Loaded late: it takes 130 ms, and few requests revoke anything.
    const { getAuth } = await import("firebase-admin/auth");
    try {
      await within(timeoutMs, work(getAuth(app)));
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "auth/user-not-found") return;
      throw error;
    }
  }
  return {
    revokeRefreshTokens: (userId) => ignoreUnknownUser((auth) => auth.revokeRefreshTokens(userId)),
    deleteAccount: (userId) => ignoreUnknownUser((auth) => auth.deleteUser(userId)),
  };
}
