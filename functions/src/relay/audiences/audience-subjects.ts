import { z } from "zod";
import { VIDEO_ID } from "../../contract/patterns.ts";
import { readOverdue, takeOverdue } from "../../tables/sync/audiences.ts";
import type { SubjectKind } from "../mechanism/subject.ts";
import type { AudienceContext } from "./context.ts";
import { countAudience } from "./count-audience.ts";

/** Audiences as the relay sees them: who is present on each video that somebody watches. MySQL says only which these are. */
export function createAudienceSubjects(context: AudienceContext): SubjectKind {
  const { db } = context;
  return {
    name: "audiences",
    idField: "video_id",
    idSchema: z.string().regex(VIDEO_ID),

    relay: (id) => countAudience(context, id),

    takeBehind: (idleSeconds, limit) => takeOverdue(db, idleSeconds, limit),
    readBacklog: () => readOverdue(db),
  };
}
