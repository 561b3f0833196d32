import { randomUUID } from "node:crypto";
import { takeSeq } from "../../functions/src/tables/comments/videos.ts";
import { administer } from "../support/realtime/administrator.ts";
import type { Listeners } from "./listeners.ts";
import type { Random } from "./random.ts";
import type { System } from "./system.ts";
import { wipe } from "./system.ts";

export interface Scene {
  system: System;
  listeners: Listeners;
  random: Random;
  /** How long an outage lasts, in seconds, at most. */
  outage: number;
}

/** Each brings a fault about, holds it, and heals it. */
export const faults: Record<string, (scene: Scene) => Promise<void>> = {
  "kill between RTDB success and marking": (scene) => killAfter(scene, scene.system.rtdb, "PATCH "),
  "kill between commit and enqueue": (scene) => killAfter(scene, scene.system.mysql, "commit"),
  "commit reply lost": (scene) => trap(scene.system.mysql, "commit", () => {}),
  "rtdb reply lost": (scene) => trap(scene.system.rtdb, "PATCH ", () => {}),
  "rtdb away": (scene) => hold(scene, scene.system.rtdb, "refuse", scene.outage),
  "rtdb blackhole": (scene) => hold(scene, scene.system.rtdb, "blackhole", 6),
  "rtdb swallows replies": (scene) => hold(scene, scene.system.rtdb, "swallow", 6),
  "rtdb delays": (scene) => hold(scene, scene.system.rtdb, "delay", 5),
  "rtdb cut": async ({ system }) => {
    for (let count = 0; count < 5; count += 1) {
      system.rtdb.cut();
      await seconds(0.3);
    }
  },
  "mysql away": (scene) => hold(scene, scene.system.mysql, "refuse", 3),
  "mysql delays": (scene) => hold(scene, scene.system.mysql, "delay", 3),
  "mysql cut": async ({ system }) => {
    for (let count = 0; count < 5; count += 1) {
      system.mysql.cut();
      await seconds(0.3);
    }
  },
  zombie: async ({ system, random }) => {
    // Replies are held back first, so that it freezes with a write under way.
    system.rtdb.set("delay");
    const zombies = [random.pick(system.fleet.of("api")), random.pick(system.fleet.of("relay"))];
    await seconds(0.3);
    for (const zombie of zombies) zombie.freeze();
    system.rtdb.set("pass");
    await seconds(4);
    for (const zombie of zombies) zombie.thaw();
    await seconds(1);
  },
  "kill writers": async ({ system, random }) => {
    await system.fleet.replace(random.pick(system.fleet.of("api")));
    await system.fleet.replace(random.pick(system.fleet.of("relay")));
  },
  "told to end": async ({ system, random }) => {
    const ending = random.pick(system.fleet.of("api"));
    await system.fleet.start("api");
    const started = Date.now();
    const how = await ending.end();
    const took = Date.now() - started;
    if (how !== "0" || took > 10_000)
      system.complaints.push(`told to end, an instance ended with ${how} after ${took} ms`);
  },
  "eight handlers": async ({ system, random }) => {
    for (let count = 0; count < 6; count += 1) await system.queue.dispatch(random.pick(system.videos), 8);
  },
  "two sweeps and two reconciles": async ({ system }) => {
    await Promise.all([system.sweep(), system.reconcile()]);
  },
  "queue full": (scene) => refuse(scene, "full"),
  "queue unavailable": (scene) => refuse(scene, "unavailable"),
  "queue silent": (scene) => refuse(scene, "silent"),
  "queue loses its memory": async ({ system }) => {
    system.queue.loseMemory();
  },
  "planted drift": async ({ system, random }) => {
    const videoId = random.pick(system.videos);
    system.touched.add(videoId);
    const rows = await system.db
      .selectFrom("comments")
      .select("id")
      .where("video_id", "=", videoId)
      .where("deleted_at", "is", null)
      // Not those whose ids are no keys there.
      .where("id", "not like", "z.%")
      .orderBy("id", "desc")
      .limit(2)
      .execute();
    const planted: Record<string, unknown> = { [`comments/${videoId}/stranger`]: { content: "planted" } };
    if (rows[0]) planted[`comments/${videoId}/${rows[0].id}`] = null;
    if (rows[1]) planted[`comments/${videoId}/${rows[1].id}/content`] = "forged";
    await administer("PATCH", "", planted);
  },
  "a comment that RTDB refuses": async ({ system, random }) => {
    const videoId = random.pick(system.videos);
    const user = system.clients[0]!.session!.user;
    await system.db.transaction().execute(async (transaction) => {
      const seq = await takeSeq(transaction, videoId);
      const row = { id: `z.${randomUUID().slice(2)}`, video_id: videoId, user_id: user.id, content: "refused", seq };
      await transaction.insertInto("comments").values(row).execute();
    });
  },
  "rtdb wiped": async ({ system, listeners }) => {
    for (const videoId of system.videos) system.touched.add(videoId);
    listeners.expectWipe();
    await wipe();
  },
};

async function hold(_: Scene, proxy: System["rtdb"], mode: Parameters<System["rtdb"]["set"]>[0], time: number) {
  proxy.set(mode);
  await seconds(time);
  proxy.set("pass");
}

async function trap(proxy: System["rtdb"], text: string, onApplied: () => void): Promise<void> {
  const sprung = new Promise<void>((resolve) => {
    proxy.applyThenCut(text, () => {
      onApplied();
      resolve();
    });
  });
  const late = seconds(60).then(() => {
    throw new Error(`nobody sent ${text} in 60 s`);
  });
  await Promise.race([sprung, late]);
}

/** Whoever sent it is killed before the reply reaches them: the proxy cannot tell them apart, so all of them are. */
async function killAfter(scene: Scene, proxy: System["rtdb"], text: string): Promise<void> {
  const { fleet } = scene.system;
  const kills: Promise<void>[] = [];
  await trap(proxy, text, () => {
    for (const instance of [...fleet.of("api"), ...fleet.of("relay")]) kills.push(fleet.replace(instance));
  });
  await Promise.all(kills);
}

async function refuse({ system }: Scene, how: Parameters<System["queue"]["refuse"]>[0]): Promise<void> {
  system.queue.refuse(how);
  await seconds(4);
  system.queue.refuse("none");
}

function seconds(time: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, time * 1000);
  });
}
