import { describe, expect, test } from "@jest/globals";
import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import { findMirror } from "../../../functions/src/tables/sync/user-mirrors.ts";
import { rtdbHost } from "../../support/app/processes/process-env.ts";
import { metric } from "../../support/metric.ts";
import { administer } from "../../support/realtime/administrator.ts";
import type { Client } from "../../support/app/client.ts";
import { isBehind, readAsAdministrator } from "../../support/relay/user-relay.ts";
import { useUserTasks } from "../../support/relay/user-tasks.ts";

const { app, signOut, relayTask } = useUserTasks();
const { context } = app;

const sessionOf = ({ session }: Client) => session?.session.id ?? "";
const isRevoked = async (user: Client) =>
  (await readAsAdministrator(app, paths.revokedSession(sessionOf(user)))) !== null;

test("a revocation that the Realtime Database lost comes back with the user's next change, and counts as wiped", async () => {
  const phone = await app.user();
  const laptop = await phone.onDevice("laptop");
  await signOut(phone);
  await relayTask(phone);
  expect(await isRevoked(phone)).toBe(true);
  for (const path of [paths.online(phone.id), paths.revokedSession(sessionOf(phone))])
    await administer("DELETE", path, undefined, rtdbHost(context.config));
  const wiped = async () => (await metric(context, "drift_total", { kind: "wiped", subject: "users" })) ?? 0;
  const before = await wiped();
  await laptop.onDevice("tablet");
  await relayTask(phone);
  expect(await isRevoked(phone)).toBe(true);
  expect(await wiped()).toBe(before + 1);
  expect(await isBehind(app, phone)).toBe(false);
});

describe("after MySQL was restored to an earlier time, the relay of users", () => {
  const isOnline = async (user: Client) => readAsAdministrator(app, `${paths.online(user.id)}/online`);

  /** Two sessions of a user, both mirrored. `restore` brings MySQL back to this moment. */
  async function twoSessions() {
    const phone = await app.user();
    const laptop = await phone.onDevice("laptop");
    await relayTask(phone);
    const { seq, applied_seq, change_id } = (await findMirror(context.db, phone.id))!;
    async function restore() {
      const mirrors = context.db.updateTable("user_mirrors").set({ seq, applied_seq, change_id });
      await mirrors.where("user_id", "=", phone.id).execute();
      const sessions = context.db.updateTable("sessions").set({ revoked_at: null, revoked_seq: null });
      await sessions.where("user_id", "=", phone.id).execute();
    }
    return { phone, laptop, restore };
  }

  test("brings over a revocation that gets a number which the mirror holds already", async () => {
    const { phone, laptop, restore } = await twoSessions();
    await signOut(phone);
    await relayTask(phone);
    const { seq: lost } = (await findMirror(context.db, phone.id))!;
    await restore();

    await signOut(laptop);
    expect(await findMirror(context.db, phone.id)).toMatchObject({ seq: lost });
    expect(await relayTask(phone)).toBe(true);
    expect(await isRevoked(laptop)).toBe(true);
    expect(await isOnline(phone)).toBe(true);
    expect(await isBehind(app, phone)).toBe(false);
  });

  test("brings over a revocation with a lower number than the mirror holds", async () => {
    const { phone, laptop, restore } = await twoSessions();
    for (const device of ["a", "b", "c"]) await phone.onDevice(device);
    await relayTask(phone);
    await restore();
    await signOut(laptop);
    expect(await relayTask(phone)).toBe(true);
    expect(await isRevoked(laptop)).toBe(true);
    expect(await isBehind(app, phone)).toBe(false);
  });

  test("finds in the comparison that the mirror is of another history, with a higher and with an equal number", async () => {
    for (const changesAfter of [0, 1]) {
      const { phone, laptop, restore } = await twoSessions();
      await signOut(phone);
      await signOut(laptop);
      await relayTask(phone);
      expect(await isOnline(phone)).toBe(false);
      await restore();
      // Changes that were marked as applied by a relay that did not compare the histories.
      for (let n = 0; n < 2 * changesAfter; n += 1) await phone.onDevice(`${n}`);
      const { seq } = (await findMirror(context.db, phone.id))!;
      await context.db.updateTable("user_mirrors").set({ applied_seq: seq }).where("user_id", "=", phone.id).execute();

      const outcomes: string[] = [];
      const onCompared = ({ id, outcome }: { id: string; outcome: string }) => {
        if (id === phone.id) outcomes.push(outcome);
      };
      await context.userRelay.reconcileAll({ repair: false, onCompared });
      expect(await isOnline(phone)).toBe(false);
      await context.userRelay.reconcileAll({ repair: true, onCompared });
      expect(await isOnline(phone)).toBe(true);
      await context.userRelay.reconcileAll({ repair: true, onCompared });
      expect(outcomes).toEqual(["ahead", "ahead", "equal"]);
    }
  });
});
