import type { Api, CallOptions } from "../api/api.ts";
import { hasCode } from "../http/errors.ts";
import type { Comment } from "../wire.ts";
import { EditConflict } from "./edit-conflict.ts";

const ATTEMPTS = 4;

/**
 * Changes what a comment says. Safe to repeat: if an earlier try got no response, but was carried out, the API finds another version with
 * this content.
 * @param base the comment as it was when the user began to edit it
 * @throws EditConflict if somebody changed it meanwhile; ApiError, NetworkError
 */
export async function editComment(
  api: Api,
  videoId: string,
  { base, content }: { base: Comment; content: string },
  options: CallOptions = {},
): Promise<Comment> {
  const editFrom = async (from: Comment): Promise<Comment> => {
    const parameters = { video_id: videoId, comment_id: base.id, content, if_match: `"${from.version}"` };
    try {
      return (await api.call("editComment", parameters, { attempts: ATTEMPTS, ...options })).comment;
    } catch (error) {
      if (!hasCode(error, "precondition_failed") || !error.current) throw error;
      const theirs = error.current;
      if (theirs.content === content) return theirs;
      throw new EditConflict({ mine: content, theirs, base }, editFrom);
    }
  };
  return editFrom(base);
}
