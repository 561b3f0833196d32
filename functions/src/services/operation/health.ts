import type { Context } from "../../context.ts";
import type { DependencyState, DependencyStates, Readiness } from "../../contract/operation.ts";
import { ProblemError } from "../../errors.ts";

/**
 * Whether this instance can serve. Takes a second at most.
 * @throws ProblemError `unavailable` while MySQL is away
 */
export async function readReadiness(context: Context): Promise<Readiness> {
  const dependencies = await askDependencies(context);
  if (dependencies.mysql === "away") {
    throw new ProblemError("unavailable", { detail: "The database cannot be reached.", retryAfter: 2, dependencies });
  }
  return { status: Object.values(dependencies).flat().includes("away") ? "degraded" : "ok", dependencies };
}

/** Asks every dependency at once. One that gives no answer within a second is away. */
export async function askDependencies(context: Context): Promise<DependencyStates> {
  const { replicas } = context.dependencies;
  const [mysql, realtimeDatabase, redis] = await Promise.all([
    stateOf(context.dependencies.mysql()),
    stateOf(context.dependencies.realtime_database()),
    context.dependencies.redis && stateOf(context.dependencies.redis()),
    replicas?.(),
  ]);
  const mysqlReplicas = context.replicas.all.map(({ state }) => (state === "left_out" ? "away" : "ok"));
  return {
    mysql,
    realtime_database: realtimeDatabase,
    ...(redis && { redis }),
    ...(replicas && { mysql_replicas: mysqlReplicas }),
  };
}

async function stateOf(answer: Promise<boolean>): Promise<DependencyState> {
  return (await answer) ? "ok" : "away";
}
