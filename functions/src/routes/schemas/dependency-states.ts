import { z } from "@hono/zod-openapi";
import type * as wire from "../../contract/operation.ts";
import type { Shape } from "./shape.ts";

const state = z.enum(["ok", "away"]);

export const DependencyStates = z.object({
  mysql: state,
  realtime_database: state.openapi({
    description: "While it is away, live updates and presence stop; comments are kept and arrive later.",
  }),
  redis: state.optional().openapi({
    description: "While it is away, each instance counts the limits by itself. Missing where no Redis is used.",
  }),
  mysql_replicas: z.array(state).optional().openapi({
    description:
      "In the order of their configuration. One that is `away` is left out: it does not answer, lags, or is no replica. Another replica or the primary serves its readers. Missing where no replica is used.",
  }),
} satisfies Shape<wire.DependencyStates>);
