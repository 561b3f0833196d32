import { type Auth, signInWithCustomToken, signOut } from "firebase/auth";
import type { Api } from "../api/api.ts";
import type { Stop } from "../listeners.ts";
import type { SessionStore } from "../session/session-store.ts";

/** Who the browser is to Firebase: the session's user, as soon as that watches a video. Only presence needs it. */
export interface Identity {
  /**
   * Says that the session watches a video, and signs Firebase in as its user, who may then be present there.
   * @throws ApiError, NetworkError; Error where the API has no token to give, or the session changed meanwhile
   */
  authorize: (videoId: string) => Promise<void>;
  close: Stop;
}

export function createIdentity(auth: Auth, sessions: SessionStore, api: Api): Identity {
  let signedInSession: string | undefined;

  // What was written before this, such as that the user has left, is still written as the user.
  const close = sessions.subscribe(() => {
    if (signedInSession === undefined || sessions.current?.id === signedInSession) return;
    signedInSession = undefined;
    void signOut(auth).catch(() => undefined);
  });

  return {
    async authorize(videoId) {
      const session = sessions.current;
      if (!session) throw new Error("nobody is signed in");
      const { firebase_token: token } = await api.call(
        "createRealtimeToken",
        { video_id: videoId },
        { as: session.user.id },
      );
      if (token === null) throw new Error("the API has no Firebase token to give");
      const hasChanged = () => sessions.current?.id !== session.id;
      const changed = new Error("the session has changed");
      if (hasChanged()) throw changed;
      signedInSession = session.id;
      await signInWithCustomToken(auth, token);
      if (!hasChanged()) return;
      // The sign-out that the change began may be over before such a sign-in.
      await signOut(auth);
      throw changed;
    },
    close,
  };
}
