import { deleteApp, initializeApp } from "firebase/app";
import { getDatabase, goOffline, onValue, ref } from "firebase/database";
import type { Comment } from "../../functions/src/realtime/comment.ts";

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
    let seqs = new Map<string, number>();
    const deleted = new Set<string>();
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
      const comments = (snapshot.val() ?? {}) as Record<string, Comment>;
      const next = new Map(Object.entries(comments).map(([id, { seq }]) => [id, seq]));
      for (const [id, seq] of next) {
        if (deleted.has(id)) violations.push(`comment ${id} of ${videoId} came back`);
        if (seq < (seqs.get(id) ?? 0)) violations.push(`comment ${id} of ${videoId} went back to change ${seq}`);
      }
      seqs = next;
    });
    onValue(ref(database, `changes/${videoId}`), (snapshot) => {
      for (const change of Object.values((snapshot.val() ?? {}) as Record<string, { id: string; deleted?: true }>)) {
        if (change.deleted) deleted.add(change.id);
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
