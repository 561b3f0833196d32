import type { Context } from "../../context.ts";
import { DEFAULT_VIDEO_SETTINGS, type Video } from "../../contract/moderation.ts";
import { isDeepStrictEqual } from "node:util";
import { transact } from "../../database/transactions.ts";
import { ProblemError } from "../../errors.ts";
import type { Principal } from "../../security/bearers.ts";
import { type VideoSettings, createVideo, findVideo, takeSeq, updateSettings } from "../../tables/comments/videos.ts";
import { audit } from "../operation/audit.ts";

/** A video's settings. Every id is a video; one that nobody has used has the defaults. */
export async function getVideo(context: Context, id: string): Promise<Video> {
  const video = await findVideo(context.db, id);
  const { seq, comments_open, slow_mode_seconds, hold_for_review } = video ?? { ...DEFAULT_VIDEO_SETTINGS, seq: 0 };
  return { id, seq, comments_open, slow_mode_seconds, hold_for_review };
}

/** Makes a video known, with the default settings. A known one stays as it is. */
export async function registerVideo(context: Context, principal: Principal, id: string): Promise<Video> {
  await transact(context.db, async (transaction) => {
    if (!(await createVideo(transaction, id))) return;
    await audit(context, transaction, { action: "video.register", actor: principal, target: { type: "video", id } });
  });
  return getVideo(context, id);
}

/**
 * Changes the given settings. Once it returns, no comment is posted under the old ones. Listeners hear of it as of a comment.
 * @throws ProblemError `not_found` for an unknown video where videos have to be registered
 */
export async function changeVideo(
  context: Context,
  principal: Principal,
  id: string,
  settings: Partial<VideoSettings>,
): Promise<Video> {
  const found = await findVideo(context.db, id);
  if (!found && context.config.videoIds === "registered") throw new ProblemError("not_found");
  const event = {
    action: "video.settings",
    actor: principal,
    target: { type: "video", id },
    details: settings,
  } as const;
  // A change that changes nothing takes no number: every listener would hear of it.
  if (changesNothing(found ?? DEFAULT_VIDEO_SETTINGS, settings)) {
    await audit(context, context.db, event);
    return getVideo(context, id);
  }
  const seq = await transact(context.db, async (transaction) => {
    const taken = await takeSeq(transaction, id);
    await updateSettings(transaction, id, { ...settings, settings_seq: taken });
    await audit(context, transaction, event);
    return taken;
  });
  await context.videoRelay.publish(id, seq);
  return getVideo(context, id);
}

function changesNothing(video: VideoSettings, settings: Partial<VideoSettings>): boolean {
  return isDeepStrictEqual({ ...video, ...settings }, { ...video });
}
