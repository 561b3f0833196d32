import type { Context } from "../../functions/src/context.ts";
import type { Comparison } from "../../functions/src/relay/mechanism/subject.ts";
import { reconcileVideo } from "../../functions/src/relay/videos/reconcile-video.ts";
import { findVideo } from "../../functions/src/tables/comments/videos.ts";
import { confirm } from "../command/confirm.ts";
import { Problem } from "../platform/problem.ts";
import { type Arguments, type Result, noVideo, progress } from "./report.ts";
import { findUnknownVideos, removeMirrors } from "./unknown-videos.ts";

/** Compares one video, or everything, and repairs what differs, unless it is a dry run. */
export async function reconcile(context: Context, given: Arguments): Promise<Result> {
  const { videoId, dryRun, prune, isConfirmed } = given;
  if (prune && (dryRun || videoId !== undefined)) throw new Problem("--prune goes with neither --dry-run nor a video.");
  const repair = !dryRun;
  return videoId === undefined
    ? reconcileAll(context, { repair, prune, isConfirmed })
    : reconcileOne(context, videoId, repair);
}

async function reconcileOne(context: Context, videoId: string, repair: boolean): Promise<Result> {
  if (!(await findVideo(context.db, videoId))) throw noVideo(videoId);
  const data = await reconcileVideo(context, videoId, { repair });
  return { data, text: lineOf(data), exitCode: !repair && data.outcome !== "equal" ? 2 : 0 };
}

interface Options {
  repair: boolean;
  prune: boolean;
  isConfirmed: boolean;
}

async function reconcileAll(context: Context, { repair, prune, isConfirmed }: Options): Promise<Result> {
  const unknown = await findUnknownVideos(context);
  // Before the comparison, which may take long.
  if (prune && unknown.length > 0 && !isConfirmed) await confirmRemoval(context, unknown);
  const { onDone, end } = progress();
  const lines: string[] = [];
  const onCompared = (comparison: Comparison) => {
    onDone();
    if (comparison.outcome !== "equal") lines.push(lineOf(comparison));
  };
  const repaired = repair ? ", and were repaired" : "";
  const videos = await context.videoRelay.reconcileAll({ repair, onCompared });
  const { missing, extra, stale } = videos;
  const differences = `${missing} missing, ${extra} extra, ${stale} stale`;
  lines.push(`${videos.compared} videos compared, ${videos.drifted} differed (${differences})${repaired}`);
  const users = await context.userRelay.reconcileAll({ repair, onCompared });
  lines.push(`${users.compared} users compared, ${users.drifted} differed${repaired}`);
  end();

  if (prune) await removeMirrors(context, unknown);
  lines.push(...unknown.map((id) => `${id}  unknown to MySQL${prune ? ", removed" : ""}`));

  const isUnrepaired = [videos, users].some(({ outcomes }) => outcomes.failed + outcomes.ahead > 0);
  const isDifferent = (!repair && videos.drifted + users.drifted > 0) || (!prune && unknown.length > 0);
  const data = { videos, users, unknown };
  const text = lines.join("\n");
  if (isUnrepaired) return { data, text, exitCode: 1 };
  return { data, text, exitCode: isDifferent ? 2 : 0 };
}

/** Against a wrong MYSQL_URL, to which every video would be unknown. @throws Problem unless a person confirms it */
async function confirmRemoval({ config }: Context, unknown: string[]): Promise<void> {
  for (const id of unknown.slice(0, SHOWN)) console.error(`  ${id}`);
  if (unknown.length > SHOWN) console.error(`  and ${unknown.length - SHOWN} more`);
  const mysql = new URL(config.mysql.url).host;
  const what = `This removes ${unknown.length} videos from the Realtime Database, which MySQL at ${mysql} does not know`;
  await confirm({ what, word: `remove ${unknown.length}`, instead: "--yes" });
}

/** Ids that are listed before the question. */
const SHOWN = 20;

function lineOf({ id, outcome, missing, extra, stale }: Comparison): string {
  return `${id}  ${outcome}  ${missing.length} missing, ${extra.length} extra, ${stale.length} stale`;
}
