import { describe, expect, test } from "@jest/globals";
import { ALLOWANCES } from "../../../functions/src/limits/allowances.ts";
import type { Client } from "../../support/app/client.ts";
import { useApp } from "../../support/app/use-app.ts";
import { signUp } from "../../support/app/users.ts";

const app = useApp({ env: { RATE_LIMIT_SCALE: "1" } });
const newUser = () => signUp(app.anonymous.from(app.newAddress()));

/** Posts until the user's writes are refused. */
async function postUntilRefused(user: Client): Promise<void> {
  const video = app.newVideoId();
  while ((await user.post(video, "x")).status !== 429);
}

const ENDINGS: Record<string, (user: Client, device: string) => Promise<{ status: number }>> = {
  "a sign-out": (user) => user.signOut(),
  "a sign-out everywhere else": (user) => user.call("DELETE", "/sessions"),
  "the revocation of a device": (user, device) => user.call("DELETE", `/devices/${device}`),
};

describe.each(Object.entries(ENDINGS))("%s", (_, end) => {
  test("is not refused when the user has used up all other writes, nor when others at their address have", async () => {
    const user = await newUser();
    const devices = await user.devices();
    const address = app.newAddress();
    const endSession = () => app.anonymous.from(address).call("DELETE", "/sessions/current");
    // At once: their minute must not be over when the rest is done.
    await Promise.all(Array.from({ length: 300 }, endSession));
    await postUntilRefused(user);
    expect((await app.anonymous.from(address).signOut()).status).toBe(429);
    expect((await user.from(address).post(app.newVideoId(), "x")).status).toBe(429);
    expect((await end(user.from(address), devices[0]!.id)).status).toBe(204);
  });
});

test("a thief in one session cannot keep the owner in another from signing everything else out", async () => {
  const owner = await newUser();
  const thief = await owner.onDevice("thief");
  const { points } = ALLOWANCES.end_session.arrival.session;
  const statuses: number[] = [];
  for (let n = 0; n < points + 2; n += 1) {
    statuses.push((await thief.call("DELETE", "/devices/01968c2d-77c4-7a09-8f6e-0b1d2c3e4f50")).status);
  }
  expect(statuses.slice(-3)).toEqual([404, 429, 429]);
  expect((await owner.call("DELETE", "/sessions")).status).toBe(204);
  expect(await thief.isSignedIn()).toBe(false);
});
