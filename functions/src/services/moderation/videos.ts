import type { Context } from "../../context.ts";
import type { Video } from "../../contract/moderation.ts";
import { ProblemError } from "../../errors.ts";
import type { Principal } from "../../security/bearers.ts";
import { type VideoSettings, createVideo, findVideo, updateSettings } from "../../tables/comments/videos.ts";
import { audit } from "../operation/audit.ts";

/** A video's settings. Every id is a video; one that nobody has used has the defaults. */
export async function getVideo(context: Context, id: string): Promise<Video> {
  const video = await findVideo(context.db, id);
  return {
    id,
    seq: video?.seq ?? 0,
    comments_open: video?.comments_open ?? true,
    slow_mode_seconds: video?.slow_mode_seconds ?? 0,
    hold_for_review: video?.hold_for_review ?? false,
  };
}

/** Makes a video known, with the default settings. A known one stays as it is. */
export async function registerVideo(context: Context, principal: Principal, id: string): Promise<Video> {
  if (await createVideo(context.db, id)) {
    await audit(context, context.db, { action: "video.register", actor: principal, target: { type: "video", id } });
  }
  return getVideo(context, id);
}

/**
 * Changes the given settings. Once it returns, no comment is posted under the old ones.
 * @throws ProblemError `not_found` for an unknown video where videos have to be registered
 */
export async function changeVideo(
  context: Context,
  principal: Principal,
  id: string,
  settings: Partial<VideoSettings>,
): Promise<Video> {
  const mustBeKnown = context.config.videoIds === "registered";
  if (mustBeKnown && !(await findVideo(context.db, id))) throw new ProblemError("not_found");
  await updateSettings(context.db, id, settings);
  await audit(context, context.db, {
    action: "video.settings",
    actor: principal,
    target: { type: "video", id },
    details: settings,
  });
  return getVideo(context, id);
}
