import { setTimeout } from "node:timers/promises";
import type { Context } from "../../functions/src/context.ts";
import { reconcileVideo } from "../../functions/src/relay/comments/reconcile.ts";
import { relayVideo } from "../../functions/src/relay/comments/relay.ts";
import { reconcileAll, reconcileRound } from "../../functions/src/relay/comments/rounds.ts";
import { sweep } from "../../functions/src/relay/comments/sweep.ts";
import { reconcileUsers } from "../../functions/src/relay/users/user-reconcile.ts";
import { sweepUsers } from "../../functions/src/relay/users/user-sweep.ts";
import {
  beginVideoEpoch,
  parkedComments,
  rebuildVideo,
  retryParked,
  syncStatus,
} from "../../functions/src/services/operation/sync.ts";
import { ProblemError } from "../../functions/src/errors.ts";
import { findVideo, listVideoIds } from "../../functions/src/tables/comments/videos.ts";
import { findGhosts, removeGhosts } from "./ghosts.ts";
import { onSignal } from "../platform/processes/signals.ts";
import { Problem } from "../platform/problem.ts";

export interface Arguments {
  videoId: string | undefined;
  all: boolean;
  dryRun: boolean;
  /** Remove what belongs to no video of MySQL's. */
  prune: boolean;
}

export interface Result {
  data: unknown;
  text: string;
  exitCode?: number;
}

/** What each command does. Progress goes to standard error. */
export const commands: Record<string, (context: Context, given: Arguments) => Promise<Result>> = {
  async status(context) {
    const data = await syncStatus(context);
    const { backlog, parked, behind } = data;
    const oldest = backlog.oldest_seconds.toFixed(1);
    const lines = [
      `behind   ${backlog.videos} videos, ${backlog.changes} changes, the oldest for ${oldest} s`,
      `parked   ${parked} comments`,
      ...behind.map((video) => `  ${video.id}  at ${video.applied_seq} of ${video.seq}, ${video.seconds.toFixed(1)} s`),
    ];
    return { data, text: lines.join("\n"), exitCode: backlog.oldest_seconds > 120 ? 2 : 0 };
  },

  async parked(context) {
    const data = await parkedComments(context);
    const lines = data.map(
      (one) => `${one.video_id}  ${one.comment_id}  change ${one.seq}  ${one.parked_at.toISOString()}  ${one.reason}`,
    );
    return { data, text: lines.join("\n") || "Nothing is parked.", exitCode: data.length > 0 ? 2 : 0 };
  },

  async retry(context, { videoId }) {
    const data = await retryParked(context, videoId);
    for (const id of data) await relayVideo(context, id);
    return { data, text: `${data.length} videos tried again` };
  },

  async rebuild(context, given) {
    const data = await each(context, given, async (id) => {
      await rebuildVideo(context, id);
      await relayVideo(context, id);
    });
    return { data, text: `${data.length} videos rebuilt` };
  },

  async reconcile(context, { videoId, dryRun, prune }) {
    const report = progress();
    if (prune && (dryRun || videoId !== undefined))
      throw new Problem("--prune goes with neither --dry-run nor a video.");
    if (videoId !== undefined) {
      if (!(await findVideo(context.db, videoId))) throw noVideo(videoId);
      const data = await reconcileVideo(context, videoId, { repair: !dryRun });
      return { data, text: describe(data), exitCode: dryRun && data.outcome !== "equal" ? 2 : 0 };
    }
    const differing: string[] = [];
    const data = await reconcileAll(context, {
      repair: !dryRun,
      onVideo: (video) => {
        report();
        if (video.outcome !== "equal") differing.push(describe(video));
      },
    });
    const { videos, drifted, missing, extra, stale, outcomes } = data;
    const found = `${drifted} differed (${missing} missing, ${extra} extra, ${stale} stale)`;
    const refused = outcomes.refused + outcomes.ahead;
    const lines = [...differing, `${videos} videos compared, ${found}${dryRun ? "" : ", and were repaired"}`];
    if (!dryRun) lines.push(`${await reconcileUsers(context)} users had been forgotten, and were written again`);
    const unknown = await findGhosts(context);
    if (prune) await removeGhosts(context, unknown);
    if (unknown.length > 0) lines.push(...unknown.map((id) => `${id}  unknown to MySQL${prune ? ", removed" : ""}`));
    const differs = (dryRun && drifted > 0) || (!prune && unknown.length > 0);
    return { data: { ...data, unknown }, text: lines.join("\n"), exitCode: refused > 0 ? 1 : differs ? 2 : 0 };
  },

  async epoch(context, given) {
    const data = await each(context, given, (id) => beginVideoEpoch(context, id));
    return { data, text: `${data.length} videos of a new epoch` };
  },

  async watch(context) {
    const ending = new AbortController();
    onSignal(async () => ending.abort());
    while (!ending.signal.aborted) {
      const rounds = [sweep(context, 50_000), reconcileRound(context, 50_000), sweepUsers(context)];
      await Promise.all(rounds).catch((error: unknown) => {
        context.log.warn("sweep or comparison failed; the next comes in a minute", {}, error);
      });
      await setTimeout(60_000, undefined, { signal: ending.signal }).catch(() => {});
    }
    return { data: null, text: "Ended." };
  },
};

const noVideo = (id: string) => new Problem(`There is no video ${id}.`);

async function each(context: Context, { videoId, all }: Arguments, work: (id: string) => Promise<void>) {
  if (all === (videoId !== undefined)) throw new Problem("Name a video, or say --all.");
  const report = progress();
  const done: string[] = [];
  for await (const id of videoId === undefined ? allVideos(context) : [videoId]) {
    await work(id).catch((error: unknown) => {
      throw error instanceof ProblemError && error.code === "not_found" ? noVideo(id) : error;
    });
    done.push(id);
    report();
  }
  return done;
}

async function* allVideos(context: Context): AsyncGenerator<string> {
  for (let after = ""; ;) {
    const page = await listVideoIds(context.db, after, 500);
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last;
  }
}

function progress(): () => void {
  let done = 0;
  return () => {
    done += 1;
    if (done % 1_000 === 0) console.error(`${done} videos …`);
  };
}

function describe(video: Awaited<ReturnType<typeof reconcileVideo>>): string {
  const { video_id, outcome, missing, extra, stale } = video;
  return `${video_id}  ${outcome}  ${missing.length} missing, ${extra.length} extra, ${stale.length} stale`;
}
