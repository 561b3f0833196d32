import type { Context } from "../../context.ts";
import { ProblemError } from "../../errors.ts";
import type { Principal } from "../../security/bearers.ts";

/**
 * Lets the principal be the first on a video, within the allowance for new videos. Call it only for a video that is not known.
 * @throws ProblemError `not_found` where only moderators make videos known; `rate_limited`
 */
export async function allowNewVideo({ config, limits }: Context, { userId }: Principal): Promise<void> {
  if (config.videoIds === "registered") throw new ProblemError("not_found", { detail: "The video is not registered." });
  await limits.count("new_video", "valid", { user: userId });
}
