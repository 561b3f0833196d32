import type { App } from "firebase-admin/app";
import type { FirebaseClaims } from "../contract/account.ts";
import { Paused, createPauseOnFailure } from "../runtime/pause-on-failure.ts";

export interface CustomTokens {
  /**
   * A Firebase custom token for a session, valid for an hour. `signInWithCustomToken` exchanges it for the user's rights in the RTDB.
   * Undefined if none can be signed now: the service account may not sign, or there is no answer in time.
   */
  mint(userId: string, claims: FirebaseClaims): Promise<string | undefined>;
}

interface CustomTokenOptions {
  onFailure: (error: unknown) => void;
  onSigned: () => void;
  timeoutMs?: number;
  pauseMs?: number;
}

/** A sign-in waits for it. With a key of our own, signing takes no call. */
const MINT_MS = 3_000;
/** How long nothing is signed after a failure. firebase-admin ends no call, so each call that has no answer keeps its socket. */
const PAUSE_MS = 5_000;

/** Custom tokens signed by the app's service account; unsigned where FIREBASE_AUTH_EMULATOR_HOST is set. */
export function createCustomTokens(app: App, options: CustomTokenOptions): CustomTokens {
  const { onFailure, onSigned, timeoutMs = MINT_MS, pauseMs = PAUSE_MS } = options;
  const sign = createPauseOnFailure({ timeoutMs, pauseMs });
  return {
    async mint(userId, claims) {
      // Loaded late: it takes 130 ms, and most requests mint no token.
      const { getAuth } = await import("firebase-admin/auth");
      try {
        const token = await sign(() => getAuth(app).createCustomToken(userId, claims));
        onSigned();
        return token;
      } catch (error) {
        if (!(error instanceof Paused)) onFailure(error);
        return undefined;
      }
    },
  };
}
