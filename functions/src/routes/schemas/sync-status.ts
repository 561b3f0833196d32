import { z } from "@hono/zod-openapi";
import type * as wire from "../../contract/operation.ts";
import type { Shape } from "./shape.ts";

const integer = z.number().int();

const Backlog = z
  .object({
    count: integer.openapi({ description: "Videos or users that are behind." }),
    changes: integer.openapi({ description: "All changes that their mirrors lack." }),
    oldest_seconds: z
      .number()
      .openapi({ description: "For how long the one that has waited longest is behind; 0 if none is." }),
  } satisfies Shape<wire.Backlog>)
  .openapi("Backlog");

export const SyncStatus = z
  .object({
    backlog: z.object({ videos: Backlog, users: Backlog }),
    quarantined: integer.openapi({ description: "The number of comments in quarantine." }),
    behind: z
      .array(z.object({ id: z.string(), seq: integer, applied_seq: integer, seconds: z.number() }))
      .openapi({ description: "The 20 videos that have been behind for longest." }),
  } satisfies Shape<wire.SyncStatus>)
  .openapi("SyncStatus");
