import type { Context } from "../../context.ts";
import type { DependencyState, Readiness } from "../../contract/operation.ts";

/** Asks every dependency at once. Takes a second at most, and never throws. */
export async function readReadiness({ dependencies }: Context): Promise<Readiness> {
  const [mysql, realtimeDatabase, redis] = await Promise.all([
    stateOf(dependencies.mysql()),
    stateOf(dependencies.realtime_database()),
    dependencies.redis && stateOf(dependencies.redis()),
  ]);
  const isDegraded = realtimeDatabase === "away" || redis === "away";
  return {
    status: mysql === "away" ? "away" : isDegraded ? "degraded" : "ok",
    dependencies: { mysql, realtime_database: realtimeDatabase, ...(redis && { redis }) },
  };
}

async function stateOf(answer: Promise<boolean>): Promise<DependencyState> {
  return (await answer) ? "ok" : "away";
}
