import type { Context } from "../../context.ts";
import type { DependencyState, Readiness } from "../../contract/operation.ts";
import { ProblemError } from "../../errors.ts";

/**
 * Asks every dependency at once. Takes a second at most.
 * @throws ProblemError `unavailable` while MySQL is away
 */
export async function readReadiness(context: Context): Promise<Readiness> {
  const [mysql, realtimeDatabase, redis] = await Promise.all([
    stateOf(context.dependencies.mysql()),
    stateOf(context.dependencies.realtime_database()),
    context.dependencies.redis && stateOf(context.dependencies.redis()),
  ]);
  const dependencies = { mysql, realtime_database: realtimeDatabase, ...(redis && { redis }) };
  if (mysql === "away") {
    throw new ProblemError("unavailable", { detail: "The database cannot be reached.", retryAfter: 2, dependencies });
  }
  const isDegraded = realtimeDatabase === "away" || redis === "away";
  return { status: isDegraded ? "degraded" : "ok", dependencies };
}

async function stateOf(answer: Promise<boolean>): Promise<DependencyState> {
  return (await answer) ? "ok" : "away";
}
