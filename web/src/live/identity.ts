import { type Auth, signInWithCustomToken, signOut } from "firebase/auth";
import type { Api } from "../api/api.ts";
import type { SessionStore } from "../session/session-store.ts";

/**
 * Returns a function that signs Firebase in as the session's user, or out without a session. Call it after each change of the
 * session and each reconnection. Reading works without it, so after a failure it waits for the next call.
 */
export function followSession(auth: Auth, sessions: SessionStore, api: Api): () => void {
  let signedInSession: string | undefined;
  let isRunning = false;

  const follow = async () => {
    // The session can change again while Firebase works.
    while (sessions.current?.id !== signedInSession) {
      if (signedInSession !== undefined) await signOut(auth);
      signedInSession = undefined;
      const session = sessions.current;
      if (!session) continue;
      const { firebase_token: token } = await api.call("createRealtimeToken", {}, { as: session.user.id });
      // Everything but presence works signed out of Firebase.
      if (token === null) return;
      await signInWithCustomToken(auth, token);
      signedInSession = session.id;
    }
  };

  return () => {
    if (isRunning) return;
    isRunning = true;
    void follow()
      .catch(() => undefined)
      .finally(() => {
        isRunning = false;
      });
  };
}
