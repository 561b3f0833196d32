import { expect, test } from "@jest/globals";
import { sql } from "kysely";
import { useApp } from "../../support/app/use-app.ts";

const app = useApp();

test("devices are listed by name with the current one marked, and revoking one signs out that one only", async () => {
  const user = await app.user();
  const device = { id: "phone", info: { name: "Ada's phone", os: "Android" } };
  const phone = user.with((await user.signIn({ device })).body);
  const devices = await phone.devices();
  expect(devices.map(({ device_id, name, is_current }) => ({ device_id, name, is_current }))).toEqual([
    { device_id: "phone", name: "Ada's phone, Android", is_current: true },
    { device_id: "test", name: "Unknown device", is_current: false },
  ]);
  expect((await user.call("DELETE", `/devices/${devices[0]!.id}`)).status).toBe(204);
  expect([await user.isSignedIn(), await phone.isSignedIn()]).toEqual([true, false]);
  expect(await user.devices()).toHaveLength(1);
  expect((await user.call("DELETE", `/devices/${devices[0]!.id}`)).status).toBe(404);
  expect((await user.signIn({ device: { id: "phone" } })).status).toBe(201);
  expect(await user.devices()).toHaveLength(2);
});

test("another user's device does not exist for this one", async () => {
  const [user, other] = [await app.user(), await app.user()];
  const [device] = await other.devices();
  expect((await user.call("DELETE", `/devices/${device!.id}`)).body).toMatchObject({ code: "not_found" });
  expect(await other.isSignedIn()).toBe(true);
});

test("a device's last use is recorded at most every five minutes, however many requests come", async () => {
  const user = await app.user();
  const { id } = (await user.devices())[0]!;
  const lastSeenAt = async () => (await user.devices())[0]!.last_seen_at;
  const before = await lastSeenAt();
  await Promise.all(Array.from({ length: 10 }, () => user.isSignedIn()));
  expect(await lastSeenAt()).toBe(before);
  await sql`UPDATE user_devices SET last_seen_at = NOW(3) - INTERVAL 301 SECOND WHERE id = ${id}`.execute(app.db);
  await user.isSignedIn();
  expect(Date.parse(await lastSeenAt())).toBeGreaterThanOrEqual(Date.parse(before));
});
