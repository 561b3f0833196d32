import { randomUUID } from "node:crypto";
import { takeSeq } from "../../../functions/src/tables/comments/videos.ts";
import { administer } from "../../support/realtime/administrator.ts";
import type { Fault } from "./fault.ts";

/** Data that others changed, or that the Realtime Database does not take. */
export const dataFaults = {
  "planted drift": {
    description: "An administrator adds a comment to the mirror, changes one and removes one.",
    async run({ system, random }) {
      const videoId = random.pick(system.videos);
      system.damage.videos.add(videoId);
      const [removed, changed] = await system.db
        .selectFrom("comments")
        .select("id")
        .where("video_id", "=", videoId)
        .where("deleted_at", "is", null)
        // Those with a planted id are not in the mirror.
        .where("id", "not like", "z.%")
        .orderBy("id", "desc")
        .limit(2)
        .execute();
      const planted: Record<string, unknown> = { [`comments/${videoId}/stranger`]: { content: "planted" } };
      if (removed) planted[`comments/${videoId}/${removed.id}`] = null;
      if (changed) planted[`comments/${videoId}/${changed.id}/content`] = "forged";
      await administer("PATCH", "", planted);
    },
  },
  "a refused comment": {
    description: "A comment's id has a dot, which no key of the Realtime Database may have.",
    async run({ system, random }) {
      const videoId = random.pick(system.videos);
      const author = system.clients[0]!.session!.user;
      system.damage.withRefused.add(videoId);
      await system.db.transaction().execute(async (transaction) => {
        const seq = await takeSeq(transaction, videoId);
        const id = `z.${randomUUID().slice(2)}`;
        const comment = { id, video_id: videoId, user_id: author.id, content: "refused", seq };
        await transaction.insertInto("comments").values(comment).execute();
      });
    },
  },
  "rtdb wiped": {
    description: "An administrator deletes the whole Realtime Database.",
    async run({ system }) {
      system.damage.isWiped = true;
      await administer("DELETE", "");
    },
  },
} satisfies Record<string, Fault>;
