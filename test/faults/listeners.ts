import { deleteApp, initializeApp } from "firebase/app";
import { getDatabase, goOffline, onValue, ref } from "firebase/database";
import type { Comment } from "../../functions/src/contract/comment.ts";
import type { Change } from "../../functions/src/relay/videos/update.ts";

export interface Listeners {
  readonly violations: string[];
  /** Times that a listener heard something. */
  readonly heard: number;
  /** Says that the video is emptied by a stranger's hand from here on: its fence may begin again from nothing. */
  expectWipe(): void;
  close(): Promise<void>;
}

/** Two browsers' worth of the unmodified `firebase` SDK for each video, which complain of whatever goes back. */
export function startListeners(host: string, projectId: string, videos: string[]): Listeners {
  const violations: string[] = [];
  let heard = 0;
  let wipes = 0;
  const apps = [1, 2].map((number) => {
    const databaseURL = `http://${host}/?ns=${projectId}-default-rtdb`;
    const app = initializeApp({ projectId, apiKey: "local", databaseURL }, `listener-${number}`);
    for (const videoId of videos) listen(getDatabase(app), videoId);
    return app;
  });

  function listen(database: ReturnType<typeof getDatabase>, videoId: string): void {
    let fence = { epoch: 0, to: 0 };
    const deleted = new Set<string>();
    const inWindow = new Map<string, Comment>();
    const inChanges = new Map<string, Comment>();
    // Each place by itself: of one update a listener hears in turn.
    const follow = (latest: Map<string, Comment>, next: Comment) => {
      const { id, seq, version } = latest.get(next.id) ?? next;
      if (next.seq < seq) violations.push(`comment ${id} of ${videoId} went back from change ${seq} to ${next.seq}`);
      if (next.version < version)
        violations.push(`comment ${id} of ${videoId} went back from version ${version} to ${next.version}`);
      latest.set(next.id, next);
    };
    onValue(ref(database, `sync/${videoId}`), (snapshot) => {
      heard += 1;
      const value = snapshot.val() as { epoch: number; to: number } | null;
      const next = value ?? { epoch: 0, to: 0 };
      const wiped = value === null && wipes > 0;
      if (wiped) fence = next;
      if (next.epoch < fence.epoch || (next.epoch === fence.epoch && next.to < fence.to)) {
        violations.push(`the fence of ${videoId} went back from ${fence.to} to ${next.to}`);
      }
      fence = next;
    });
    onValue(ref(database, `comments/${videoId}`), (snapshot) => {
      if (!snapshot.exists() && wipes > 0) inWindow.clear();
      for (const [id, comment] of Object.entries((snapshot.val() ?? {}) as Record<string, Comment>)) {
        if (deleted.has(id)) violations.push(`comment ${id} of ${videoId} came back`);
        follow(inWindow, { ...comment, id });
      }
    });
    onValue(ref(database, `changes/${videoId}`), (snapshot) => {
      if (!snapshot.exists() && wipes > 0) inChanges.clear();
      for (const change of Object.values((snapshot.val() ?? {}) as Record<string, Change>)) {
        if ("deleted" in change) deleted.add(change.id);
        else follow(inChanges, change);
      }
    });
  }

  return {
    violations,
    get heard() {
      return heard;
    },
    expectWipe() {
      wipes += 1;
    },
    async close() {
      for (const app of apps) {
        goOffline(getDatabase(app));
        await deleteApp(app);
      }
    },
  };
}
