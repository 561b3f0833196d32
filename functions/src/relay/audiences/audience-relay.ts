import { startCountUnlessRunning } from "../../tables/sync/audiences.ts";
import type { QueueingContext } from "../mechanism/context.ts";
import type { Relay } from "../mechanism/relay.ts";
import type { SubjectKind } from "../mechanism/subject.ts";
import { sweep } from "../mechanism/sweep.ts";
import { runTask } from "../mechanism/task.ts";
import type { AudienceContext } from "./context.ts";

/** How soon after a viewer's first call the viewers are counted: the viewer signs in to Firebase and becomes present meanwhile. */
const FIRST_COUNT_SECONDS = 2;

/** Counts the viewers of every video that somebody watches. */
export interface AudienceRelay extends Pick<Relay, "runTask" | "sweep"> {
  /**
   * Has the viewers of a video counted from now on, until nobody is left. Never throws. After a failure of MySQL the next call tries
   * again; after one of the queue, the sweep does, or a call after 30 s.
   */
  start(videoId: string): Promise<void>;
}

export function createAudienceRelay(context: AudienceContext & QueueingContext<SubjectKind>): AudienceRelay {
  const { db, queue, log } = context;
  return {
    async start(videoId) {
      try {
        if (!(await startCountUnlessRunning(db, videoId, FIRST_COUNT_SECONDS))) return;
        await queue.enqueue({ video_id: videoId }, { delaySeconds: FIRST_COUNT_SECONDS });
      } catch (error) {
        log.warn("viewers not counted yet; a later call or the sweep will have it done", { video_id: videoId }, error);
      }
    },
    runTask: (data, retryCount) => runTask(context, data, retryCount),
    sweep: (budgetMs) => sweep(context, budgetMs),
  };
}
