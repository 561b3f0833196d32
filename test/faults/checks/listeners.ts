import { deleteApp, initializeApp } from "firebase/app";
import { type Database, getDatabase, goOffline, onValue, ref } from "firebase/database";
import type { Comment, MirroredChange } from "../../../functions/src/contract/comment.ts";
import { type System, PROJECT } from "../system/system.ts";
import type { ReportViolation } from "../violations.ts";

export interface Listeners {
  /** How many moves of a fence they heard. */
  readonly moves: number;
  close(): Promise<void>;
}

/** What the listeners need of the system. */
type Watched = Pick<System, "rtdbHost" | "videos" | "damage">;

/** Starts two listeners a video with the unmodified `firebase` SDK. They report whatever goes back. */
export function startListeners(system: Watched, report: ReportViolation): Listeners {
  let moves = 0;
  const apps = [1, 2].map((number) => {
    const databaseURL = `http://${system.rtdbHost}/?ns=${PROJECT}-default-rtdb`;
    const app = initializeApp({ projectId: PROJECT, apiKey: "local", databaseURL }, `listener-${number}`);
    for (const videoId of system.videos) {
      followFence({ database: getDatabase(app), videoId, system, report }, () => (moves += 1));
      followComments({ database: getDatabase(app), videoId, system, report });
    }
    return app;
  });
  return {
    get moves() {
      return moves;
    },
    async close() {
      for (const app of apps) {
        goOffline(getDatabase(app));
        await deleteApp(app);
      }
    },
  };
}

interface Listener {
  database: Database;
  videoId: string;
  system: Watched;
  report: ReportViolation;
}

function followFence({ database, videoId, system, report }: Listener, onMove: () => void): void {
  let last = { epoch: 0, to: 0 };
  onValue(ref(database, `sync/${videoId}`), (snapshot) => {
    onMove();
    const value = snapshot.val() as { epoch: number; to: number } | null;
    const fence = value ?? { epoch: 0, to: 0 };
    const isWiped = system.damage.isWiped && value === null;
    const isBack = fence.epoch < last.epoch || (fence.epoch === last.epoch && fence.to < last.to);
    if (isBack && !isWiped) report("order", `the fence of ${videoId} went back from ${last.to} to ${fence.to}`);
    last = fence;
  });
}

/** Follows `comments/` and `changes/` each by itself: a listener hears the parts of one update in turn. */
function followComments({ database, videoId, system, report }: Listener): void {
  const deleted = new Set<string>();
  const inComments = new Map<string, Comment>();
  const inChanges = new Map<string, Comment>();

  function check(latest: Map<string, Comment>, next: Comment): void {
    const { seq, version } = latest.get(next.id) ?? next;
    const comment = `comment ${next.id} of ${videoId}`;
    if (next.seq < seq) report("order", `${comment} went back from change ${seq} to ${next.seq}`);
    if (next.version < version) report("order", `${comment} went back from version ${version} to ${next.version}`);
    latest.set(next.id, next);
  }

  onValue(ref(database, `comments/${videoId}`), (snapshot) => {
    if (system.damage.isWiped && !snapshot.exists()) inComments.clear();
    for (const [id, comment] of Object.entries((snapshot.val() ?? {}) as Record<string, Comment>)) {
      if (deleted.has(id)) report("order", `comment ${id} of ${videoId} came back`);
      check(inComments, { ...comment, id });
    }
  });
  onValue(ref(database, `changes/${videoId}`), (snapshot) => {
    if (system.damage.isWiped && !snapshot.exists()) inChanges.clear();
    for (const change of Object.values((snapshot.val() ?? {}) as Record<string, MirroredChange>)) {
      if ("no_comment" in change) continue;
      if ("deleted" in change) deleted.add(change.id);
      else check(inChanges, change);
    }
  });
}
