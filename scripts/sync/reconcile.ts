import type { Context } from "../../functions/src/context.ts";
import type { ReconcileReport } from "../../functions/src/relay/mechanism/reconcile.ts";
import type { Comparison } from "../../functions/src/relay/mechanism/subject.ts";
import { reconcileVideo } from "../../functions/src/relay/videos/reconcile-video.ts";
import { findVideo } from "../../functions/src/tables/comments/videos.ts";
import { confirm } from "../command/confirm.ts";
import { Problem } from "../platform/problem.ts";
import { type Arguments, type Result, noVideo, progress } from "./report.ts";
import { findUnknownVideos, removeMirrors } from "./unknown-videos.ts";

/** Ids that are listed before the question. */
const SHOWN = 20;

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
  if (data.outcome === "busy") return { data, text: `${videoId}  busy: not compared, try again`, exitCode: 1 };
  return { data, text: lineOf(data), exitCode: exitCodeOf("videos", { [data.outcome]: 1 }, repair) };
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
  let videos: ReconcileReport;
  let users: ReconcileReport;
  try {
    videos = await context.videoRelay.reconcileAll({ repair, onCompared });
    const { missing, extra, stale } = videos;
    const differences = `${missing} missing, ${extra} extra, ${stale} stale`;
    lines.push(
      `${videos.compared} videos compared, ${videos.drifted} differed (${differences})${restOf("videos", videos, repair)}`,
    );
    users = await context.userRelay.reconcileAll({ repair, onCompared });
    lines.push(`${users.compared} users compared, ${users.drifted} differed${restOf("users", users, repair)}`);
  } finally {
    end();
  }

  if (prune) await removeMirrors(context, unknown);
  lines.push(...unknown.map((id) => `${id}  unknown to MySQL${prune ? ", removed" : ""}`));

  const codes = [exitCodeOf("videos", videos.outcomes, repair), exitCodeOf("users", users.outcomes, repair)];
  const isUnknownLeft = !prune && unknown.length > 0;
  const exitCode = codes.includes(1) ? 1 : Math.max(...codes, isUnknownLeft ? 2 : 0);
  return { data: { videos, users, unknown }, text: lines.join("\n"), exitCode };
}

type Kind = "videos" | "users";
type Outcomes = Partial<ReconcileReport["outcomes"]>;

/** How many were not repaired: a video whose mirror is ahead of MySQL needs a new epoch. A user's is repaired. */
function unrepaired(kind: Kind, { ahead = 0 }: Outcomes): number {
  return kind === "videos" ? ahead : 0;
}

/** 1 if something is left for a person to do, 2 if it was only found to differ. */
function exitCodeOf(kind: Kind, outcomes: Outcomes, repair: boolean): number {
  const { failed = 0, ahead = 0, drift = 0, wiped = 0 } = outcomes;
  if (failed > 0 || (repair && unrepaired(kind, outcomes) > 0)) return 1;
  return ahead + drift + wiped > 0 && !repair ? 2 : 0;
}

/** What became of those that differed, and how many could not be compared. */
function restOf(kind: Kind, { drifted, outcomes }: ReconcileReport, repair: boolean): string {
  const left = unrepaired(kind, outcomes);
  const repaired = repair ? `, ${drifted - left} repaired` : "";
  const ahead = left > 0 ? `, ${left} ahead of MySQL: begin a new epoch` : "";
  return `${repaired}${ahead}${outcomes.failed > 0 ? `, ${outcomes.failed} failed` : ""}`;
}

/** Against a wrong MYSQL_URL, to which every video would be unknown. @throws Problem unless a person confirms it */
async function confirmRemoval({ config }: Context, unknown: string[]): Promise<void> {
  for (const id of unknown.slice(0, SHOWN)) console.error(`  ${id}`);
  if (unknown.length > SHOWN) console.error(`  and ${unknown.length - SHOWN} more`);
  const mysql = new URL(config.mysql.url).host;
  const what = `This removes ${unknown.length} videos from the Realtime Database, which MySQL at ${mysql} does not know`;
  await confirm({ what, word: `remove ${unknown.length}`, instead: "--yes" });
}

function lineOf({ id, outcome, missing, extra, stale }: Comparison): string {
  return `${id}  ${outcome}  ${missing.length} missing, ${extra.length} extra, ${stale.length} stale`;
}
