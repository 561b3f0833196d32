import type { Deployment } from "./deployment.ts";

/** The most connections of each pool of an instance. */
export interface PoolSizes {
  /** For statements of their own, and transactions. */
  main: number;
  /**
   * For batches that many requests share: look-ups, those of relay batches included, and counters. One batch of a kind is under way at a
   * time, and up to four where one hangs. Items that are run again alone share the connections that these leave. A batch waits no longer
   * than 2 s for a row that another request has locked.
   */
  batches: number;
  /** For group commits. It is separate, so that posts that wait for a locked video hold up no look-up. */
  groups: number;
}

/** Of a function that serves no users: it shares no look-ups and commits no posts. */
const RELAY_POOLS: PoolSizes = { main: 3, batches: 2, groups: 1 };

/**
 * The pools of an instance.
 * @param functionName undefined outside a function: in commands and tests
 * @param mainConnections MYSQL_CONNECTIONS
 */
export function poolSizes(functionName: string | undefined, mainConnections: number): PoolSizes {
  if (functionName === undefined || functionName === "api") return { main: mainConnections, batches: 8, groups: 4 };
  return { ...RELAY_POOLS, main: Math.min(RELAY_POOLS.main, mainConnections) };
}

/** The most instances of each function. */
export function maxInstances({ api, relay }: Deployment) {
  return {
    api: api.maxInstances,
    relayVideos: relay.maxInstances,
    relayUsers: Math.min(2, relay.maxInstances),
    countAudiences: Math.min(2, relay.maxInstances),
    sweep: 2,
    reconcile: 2,
    maintain: 1,
    purge: 1,
  };
}

interface ConnectionBudget {
  functions: { name: string; instances: number; connections: number }[];
  /** While every function has all its instances, and each instance all its connections. */
  total: number;
  /** While a deployment replaces the instances: the old ones still run. */
  duringDeployment: number;
  /** The same of one replica, which the API and exports read. */
  onReplica: { total: number; duringDeployment: number };
}

/** How many connections a deployment may open to MySQL. */
export function connectionBudget(deployment: Deployment, mainConnections: number): ConnectionBudget {
  const functions = Object.entries(maxInstances(deployment)).map(([name, instances]) => {
    const { main, batches, groups } = poolSizes(name, mainConnections);
    return { name, instances, connections: instances * (main + batches + groups) };
  });
  const total = functions.reduce((sum, { connections }) => sum + connections, 0);
  const onReplica = deployment.api.maxInstances * mainConnections;
  return {
    functions,
    total,
    duringDeployment: 2 * total,
    onReplica: { total: onReplica, duringDeployment: 2 * onReplica },
  };
}
