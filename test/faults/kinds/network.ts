import { Problem } from "../../../scripts/platform/problem.ts";
import { until } from "../../support/until.ts";
import { readMirror } from "../checks/mirror.ts";
import type { Mode, Proxy } from "../system/proxy.ts";
import type { Fault, FaultContext } from "./fault.ts";
import { pause } from "./timing.ts";
import { expectAnswers, expectSignIns, expectWrite } from "./answers.ts";
import { COMMIT, holdBack, loseReply, READ_ONLY_ERROR, UPDATE, WRITE } from "./traps.ts";

/** Faults of the network between the functions and their databases. */
export const networkFaults = {
  "mysql away": {
    description: "MySQL refuses connections for 3 s.",
    run: ({ system }) => keepMode(system.mysql, "refuse", 3),
  },
  "mysql delays": {
    description: "MySQL's replies and the requests to it are 150 ms late, for 3 s.",
    run: ({ system }) => keepMode(system.mysql, "delay", 3),
  },
  "mysql cut": {
    description: "All connections to MySQL break, five times in 1.5 s.",
    run: ({ system }) => cutAgainAndAgain(system.mysql),
  },
  "mysql dead connections": {
    description: "Nothing gets through on the open connections to MySQL, which stay open for ever; new ones work.",
    async run(context) {
      context.system.mysql.abandon();
      await expectAnswers(context);
    },
  },
  "mysql stopped": {
    description: "MySQL stands still for 8 s and goes on; its connections stay open.",
    async run(context) {
      context.system.mysql.setMode("stop");
      await Promise.all([pause(8), expectAnswers(context)]);
      context.system.mysql.setMode("pass");
      await expectAnswers(context);
    },
  },
  "mysql failover": {
    description: "The open connections lead to a server that takes no more writes; new ones lead to the one that does.",
    async run(context) {
      context.system.mysql.replaceServer(WRITE, READ_ONLY_ERROR);
      await expectWrite(context);
    },
  },
  "mysql slow disk": {
    description: "MySQL's replies and the requests to it are 1 s late, for 6 s.",
    run: ({ system }) => keepMode(system.mysql, "crawl", 6),
  },
  "commit reply lost": {
    description: "The API does not learn whether MySQL committed a write.",
    run: ({ system }) => loseReply(system.mysql, COMMIT),
  },
  "redis away": {
    description: "Redis refuses connections for 3 s.",
    run: (context) => withoutRedis(context, "refuse"),
  },
  "redis silent": {
    description: "Nothing gets through to Redis, though connections are accepted and stay open.",
    run: (context) => withoutRedis(context, "blackhole"),
  },
  "rtdb away": {
    description: "The Realtime Database refuses connections, for the seconds of --outage.",
    run: ({ system, outageSeconds }) => keepMode(system.rtdb, "refuse", outageSeconds),
  },
  "rtdb blackhole": {
    description: "Nothing gets through to the Realtime Database for 5 s, though connections are accepted.",
    run: ({ system }) => keepMode(system.rtdb, "blackhole", 5),
  },
  "rtdb stopped": {
    description: "The Realtime Database stands still for 8 s and goes on; what was sent meanwhile arrives then.",
    run: ({ system }) => keepMode(system.rtdb, "stop", 8),
  },
  "rtdb swallows replies": {
    description: "The Realtime Database executes requests, and its replies get lost, for 5 s.",
    run: ({ system }) => keepMode(system.rtdb, "swallow", 5),
  },
  "rtdb delays": {
    description: "The Realtime Database's replies and the requests to it are 150 ms late, for 4 s.",
    run: ({ system }) => keepMode(system.rtdb, "delay", 4),
  },
  "rtdb cut": {
    description: "All connections to the Realtime Database break, five times in 1.5 s.",
    run: ({ system }) => cutAgainAndAgain(system.rtdb),
  },
  "rtdb reply lost": {
    description: "The Realtime Database takes an update, and the relay does not get the reply.",
    run: ({ system }) => loseReply(system.rtdb, UPDATE),
  },
  "rtdb late update": {
    description: "An update arrives after its sender gave up and others wrote later changes of the same video.",
    run: deliverLate,
  },
} satisfies Record<string, Fault>;

async function keepMode(proxy: Proxy, mode: Mode, seconds: number): Promise<void> {
  proxy.setMode(mode);
  await pause(seconds);
  proxy.setMode("pass");
}

async function withoutRedis(context: FaultContext, mode: Mode): Promise<void> {
  const { redis } = context.system;
  if (!redis) throw new Problem("There is no redis-server on this machine: leave the faults of Redis out.");
  redis.setMode(mode);
  await Promise.all([pause(3), expectSignIns(context)]);
  redis.setMode("pass");
  await expectSignIns(context);
}

async function cutAgainAndAgain(proxy: Proxy): Promise<void> {
  for (let count = 0; count < 5; count += 1) {
    proxy.cut();
    await pause(0.3);
  }
}

async function deliverLate({ system }: FaultContext): Promise<void> {
  // Half of all writes go to this video, so others are sure to write to it.
  const [videoId] = system.videos;
  const held = await holdBack(system.rtdb, new RegExp(`"sync/${videoId}"`));
  const { seq } = await system.db
    .selectFrom("videos")
    .select("seq")
    .where("id", "=", videoId!)
    .executeTakeFirstOrThrow();
  await until("the sender to give up", () => held.isAbandoned(), 30);
  // The update that is held back brings no change after this one.
  await until("a later update", async () => Number((await readMirror(system, `sync/${videoId}`))["to"]) > seq, 60);
  held.release();
  await pause(0.5);
}
