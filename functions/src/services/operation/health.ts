import type { Context } from "../../context.ts";
import type { DependencyState, DependencyStates, Readiness } from "../../contract/operation.ts";
import { ProblemError } from "../../errors.ts";

/**
 * Asks every dependency at once. Takes a second at most.
 * @throws ProblemError `unavailable` while MySQL is away
 */
export async function readReadiness(context: Context): Promise<Readiness> {
  const { replicas } = context.dependencies;
  const [mysql, realtimeDatabase, redis] = await Promise.all([
    stateOf(context.dependencies.mysql()),
    stateOf(context.dependencies.realtime_database()),
    context.dependencies.redis && stateOf(context.dependencies.redis()),
    replicas?.(),
  ]);
  const mysqlReplicas = context.replicas.all.map(({ state }) => (state === "left_out" ? "away" : "ok"));
  const dependencies: DependencyStates = {
    mysql,
    realtime_database: realtimeDatabase,
    ...(redis && { redis }),
    ...(replicas && { mysql_replicas: mysqlReplicas }),
  };
  if (mysql === "away") {
    throw new ProblemError("unavailable", { detail: "The database cannot be reached.", retryAfter: 2, dependencies });
  }
  const isDegraded = [realtimeDatabase, redis, ...mysqlReplicas].includes("away");
  return { status: isDegraded ? "degraded" : "ok", dependencies };
}

async function stateOf(answer: Promise<boolean>): Promise<DependencyState> {
  return (await answer) ? "ok" : "away";
}
