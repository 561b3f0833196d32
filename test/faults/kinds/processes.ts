import type { Proxy } from "../system/proxy.ts";
import type { Fault, FaultContext } from "./fault.ts";
import { pause } from "./timing.ts";
import { COMMIT, loseReply, UPDATE } from "./traps.ts";

/** Cloud Run kills an instance so many seconds after SIGTERM. */
const SHUTDOWN_SECONDS = 10;

/** Faults of the functions' own processes. */
export const processFaults = {
  "kill between write and mark": {
    description:
      "An instance dies after it wrote to the Realtime Database, and before it can mark the changes as mirrored.",
    run: (context) => killAtReply(context, context.system.rtdb, UPDATE),
  },
  "kill between commit and task": {
    description: "An instance dies when MySQL commits its write, and before it can relay the change or enqueue a task.",
    run: (context) => killAtReply(context, context.system.mysql, COMMIT),
  },
  "instances killed": {
    description: "One instance of the API and one of the relay are killed and replaced.",
    async run({ system, random }) {
      await system.fleet.replace(random.pick(system.fleet.of("api")));
      await system.fleet.replace(random.pick(system.fleet.of("relayVideos")));
    },
  },
  "instances frozen": {
    description: "One instance of the API and one of the relay stand still for 4 s, with writes under way, and go on.",
    async run({ system, random }) {
      // The replies are delayed, so that writes are under way.
      system.rtdb.setMode("delay");
      const frozen = [random.pick(system.fleet.of("api")), random.pick(system.fleet.of("relayVideos"))];
      await pause(0.3);
      for (const instance of frozen) instance.freeze();
      system.rtdb.setMode("pass");
      await pause(4);
      for (const instance of frozen) instance.thaw();
      await pause(1);
    },
  },
  SIGTERM: {
    description: "An instance of the API is told to end. It must finish its work and exit with 0 in time.",
    async run({ system, random, report }) {
      const ending = random.pick(system.fleet.of("api"));
      await system.fleet.start("api", ending.env);
      const startedAt = Date.now();
      const exit = await ending.terminate();
      const seconds = (Date.now() - startedAt) / 1000;
      if (exit === "0" && seconds <= SHUTDOWN_SECONDS) return;
      report("shutdown", `after SIGTERM an instance ended with ${exit}, in ${seconds.toFixed(1)} s`);
    },
  },
} satisfies Record<string, Fault>;

/** Kills the sender of a request when the reply arrives. The proxy can't tell the instances apart, so all of them are killed. */
async function killAtReply({ system }: FaultContext, proxy: Proxy, pattern: RegExp): Promise<void> {
  const { fleet } = system;
  const replaced: Promise<void>[] = [];
  await loseReply(proxy, pattern, () => {
    for (const instance of [...fleet.of("api"), ...fleet.of("relayVideos")]) replaced.push(fleet.replace(instance));
  });
  await Promise.all(replaced);
}
