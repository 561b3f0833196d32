import type { App } from "firebase-admin/app";

export interface FirebaseUsers {
  /**
   * Ends the user's Firebase sign-ins: no ID token is renewed from then on, and a live session fetches a custom token of its own
   * anew. Safe to repeat, and for a user whom Firebase never saw.
   */
  revokeRefreshTokens(userId: string): Promise<void>;
}

export function createFirebaseUsers(app: App): FirebaseUsers {
  return {
    async revokeRefreshTokens(userId) {
      // 130 ms to load, and few requests revoke.
      const { getAuth } = await import("firebase-admin/auth");
      try {
        await getAuth(app).revokeRefreshTokens(userId);
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "auth/user-not-found") return;
        throw error;
      }
    },
  };
}
