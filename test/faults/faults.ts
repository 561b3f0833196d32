import { Problem } from "../../scripts/platform/problem.ts";
import { dataFaults } from "./kinds/data.ts";
import type { Fault } from "./kinds/fault.ts";
import { networkFaults } from "./kinds/network.ts";
import { processFaults } from "./kinds/processes.ts";
import { queueFaults } from "./kinds/queue.ts";
import { replicaFaults } from "./kinds/replica.ts";
import type { Random } from "./random.ts";

const all = { ...processFaults, ...networkFaults, ...queueFaults, ...dataFaults, ...replicaFaults };

/** Those that need a Redis server, which not every machine has. */
const REDIS_FAULTS: readonly string[] = ["redis away", "redis silent"] satisfies FaultName[];

export type FaultName = keyof typeof all;

export const faults: Record<FaultName, Fault> = all;

/** @throws Problem that lists the faults there are */
export function faultNames(names: readonly string[]): FaultName[] {
  const unknown = names.find((name) => !(name in faults));
  if (unknown === undefined) return names as FaultName[];
  throw new Problem(`No such fault: ${unknown}. There are: ${Object.keys(faults).join(", ")}`);
}

/** All faults, or all but those of a server that is not there. */
export function possibleFaults({ hasRedis, hasReplica }: { hasRedis: boolean; hasReplica: boolean }): FaultName[] {
  return faultNames(Object.keys(faults))
    .filter((name) => hasRedis || !REDIS_FAULTS.includes(name))
    .filter((name) => hasReplica || !(name in replicaFaults));
}

/**
 * The order of `count` faults: each kind comes once before any comes again. A wipe comes last and once, since afterwards a listener can't
 * tell what goes back.
 */
export function planFaults(kinds: readonly FaultName[], count: number, random: Random): FaultName[] {
  const repeatable = kinds.filter((kind) => kind !== "rtdb wiped");
  const plan: FaultName[] = [];
  while (repeatable.length > 0 && plan.length < count) plan.push(...shuffled(repeatable, random));
  return kinds.includes("rtdb wiped") ? [...plan.slice(0, count - 1), "rtdb wiped"] : plan.slice(0, count);
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const left = [...items];
  const order: T[] = [];
  while (left.length > 0) order.push(...left.splice(random.below(left.length), 1));
  return order;
}
