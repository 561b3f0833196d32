import type { Context } from "../../functions/src/context.ts";
import { ProblemError } from "../../functions/src/errors.ts";
import { isDatabaseAway } from "../../functions/src/database/mysql-errors.ts";
import { failureKind } from "../../functions/src/relay/mechanism/failure.ts";
import { BACKLOG_ALERT_SECONDS } from "../../functions/src/relay/mechanism/sweep.ts";
import { relayVideo } from "../../functions/src/relay/videos/relay-video.ts";
import { beginVideoEpoch, rebuildVideo, retryQuarantined } from "../../functions/src/services/operation/repair.ts";
import { listQuarantinedComments, readSyncStatus } from "../../functions/src/services/operation/sync.ts";
import { findVideo, listVideoIds } from "../../functions/src/tables/comments/videos.ts";
import { Problem, messageOf } from "../platform/problem.ts";
import { readOverview } from "../../functions/src/services/operation/overview.ts";
import { describeOverview } from "./overview.ts";
import { reconcile } from "./reconcile.ts";
import { type Arguments, type Result, noVideo, progress } from "./report.ts";
import { watch } from "./watch.ts";

/** What a command may be given, besides --json. */
export const ACCEPTED: Record<string, { video?: true; options?: string[] }> = {
  status: {},
  overview: {},
  quarantine: {},
  retry: { video: true },
  rebuild: { video: true, options: ["all"] },
  reconcile: { video: true, options: ["dry-run", "prune", "yes"] },
  epoch: { video: true, options: ["all"] },
  watch: {},
};

/** The commands by name. Progress goes to standard error. */
export const commands: Record<string, (context: Context, given: Arguments) => Promise<Result>> = {
  async status(context) {
    const data = await readSyncStatus(context);
    const { backlog, quarantined, behind } = data;
    const lines = Object.entries(backlog).map(([subject, { count, changes, oldest_seconds: seconds }]) => {
      return `behind      ${count} ${subject}, ${changes} changes, the oldest ${seconds.toFixed(1)} s old`;
    });
    lines.push(`quarantine  ${quarantined} comments`);
    for (const { id, applied_seq: appliedSeq, seq, seconds } of behind) {
      lines.push(`  ${id}  at change ${appliedSeq} of ${seq}, ${seconds.toFixed(1)} s behind`);
    }
    const oldest = Math.max(backlog.videos.oldest_seconds, backlog.users.oldest_seconds);
    return { data, text: lines.join("\n"), exitCode: oldest > BACKLOG_ALERT_SECONDS ? 2 : 0 };
  },

  async overview(context) {
    const data = await readOverview(context);
    return { data, text: describeOverview(data) };
  },

  async quarantine(context) {
    const data = await listQuarantinedComments(context);
    const lines = data.map(({ video_id, comment_id, seq, quarantined_at, reason }) => {
      return `${video_id}  ${comment_id}  change ${seq}  ${quarantined_at.toISOString()}  ${reason}`;
    });
    return { data, text: lines.join("\n") || "No comment is in quarantine.", exitCode: data.length > 0 ? 2 : 0 };
  },

  async retry(context, { videoId }) {
    if (videoId !== undefined && !(await findVideo(context.db, videoId))) throw noVideo(videoId);
    const data = await retryQuarantined(context, videoId);
    for (const id of data) await relayVideo(context, id);
    return { data, text: `${data.length} videos tried again` };
  },

  async rebuild(context, given) {
    return forEachVideo(context, given, "rebuilt", async (id) => {
      await rebuildVideo(context, id);
      await relayVideo(context, id);
    });
  },

  reconcile,

  async epoch(context, given) {
    return forEachVideo(context, given, "in a new epoch", (id) => beginVideoEpoch(context, id));
  },

  watch,
};

/**
 * Runs `work` for the given video, or for all. The data are the ids of those that are done. One of all that fails keeps no other from
 * being done, but a database that is away does.
 */
async function forEachVideo(
  context: Context,
  { videoId, all }: Arguments,
  done: string,
  work: (id: string) => Promise<void>,
): Promise<Result> {
  if (all === (videoId !== undefined)) throw new Problem("Name a video, or say --all.");
  const { onDone, end } = progress();
  const data: string[] = [];
  const failed: string[] = [];
  try {
    for await (const id of videoId === undefined ? allVideos(context) : [videoId]) {
      try {
        await work(id);
        data.push(id);
      } catch (error) {
        if (error instanceof ProblemError && error.code === "not_found") throw noVideo(id);
        if (!all || failureKind(error) === "away" || isDatabaseAway(error)) throw error;
        failed.push(`${id}  failed: ${messageOf(error)}`);
      }
      onDone();
    }
  } finally {
    end();
    for (const line of failed) console.error(line);
  }
  const text = `${data.length} videos ${done}`;
  return failed.length === 0 ? { data, text } : { data, text: `${text}, ${failed.length} failed`, exitCode: 1 };
}

async function* allVideos(context: Context): AsyncGenerator<string> {
  let page = await listVideoIds(context.db, "", 500);
  while (page.length > 0) {
    yield* page;
    page = await listVideoIds(context.db, page.at(-1) ?? "", 500);
  }
}
