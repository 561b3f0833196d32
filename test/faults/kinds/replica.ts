import { Problem } from "../../../scripts/platform/problem.ts";
import { openConnection } from "../../support/mysql/connection.ts";
import type { System } from "../system/system.ts";
import type { Fault, FaultContext } from "./fault.ts";
import { expectAnswers } from "./answers.ts";
import { pause } from "./timing.ts";

/** Faults of the replica on which the API reads. */
export const replicaFaults = {
  "replica killed": {
    description: "The replica's server is killed, and started again after 4 s.",
    async run(context) {
      const { server } = replicaOf(context.system);
      await server.kill();
      await Promise.all([pause(4), expectAnswers(context)]);
      await server.start();
    },
  },
  "replica stands still": {
    description: "The replica applies no changes for 5 s, and then those that it missed.",
    async run(context) {
      await run(context.system, "STOP REPLICA SQL_THREAD");
      await Promise.all([pause(5), expectAnswers(context)]);
      await run(context.system, "START REPLICA SQL_THREAD");
    },
  },
  "replica lags": {
    description: "The replica applies changes up to a second late, again and again for 6 s, and stays in use.",
    async run({ system }) {
      for (let n = 0; n < 6; n += 1) {
        await run(system, "STOP REPLICA SQL_THREAD");
        await pause(0.8);
        await run(system, "START REPLICA SQL_THREAD");
        await pause(0.2);
      }
    },
  },
  "replica silent": {
    description: "Nothing gets through to the replica for 5 s, though connections are accepted and stay open.",
    async run(context) {
      const { proxy } = replicaOf(context.system);
      proxy.setMode("blackhole");
      await Promise.all([pause(5), expectAnswers(context)]);
      proxy.setMode("pass");
    },
  },
  "replica cut": {
    description: "All connections to the replica break, five times in 1.5 s.",
    async run({ system }) {
      for (let n = 0; n < 5; n += 1) {
        replicaOf(system).proxy.cut();
        await pause(0.3);
      }
    },
  },
  "replica takes writes": {
    description: "The replica is read-write by mistake for 3 s.",
    async run(context) {
      await run(context.system, "SET GLOBAL read_only = 0");
      await pause(3);
      await run(context.system, "SET GLOBAL read_only = 1");
    },
  },
} satisfies Record<string, Fault>;

function replicaOf({ replica }: FaultContext["system"]): NonNullable<System["replica"]> {
  if (!replica) throw new Problem("There is no replica: add --replica.");
  return replica;
}

/** Past the proxy. */
async function run(system: System, statement: string): Promise<void> {
  const connection = await openConnection(replicaOf(system).server.url);
  await connection.query(statement);
  await connection.end();
}
