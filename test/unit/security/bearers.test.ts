import { describe, expect, test } from "@jest/globals";
import { createSecretKey } from "node:crypto";
import { openDatabase } from "../../../functions/src/database/open-database.ts";
import { ACCESS_TOKEN_LIFETIME_SECONDS, signAccessToken } from "../../../functions/src/security/access-tokens.ts";
import { createBearers } from "../../../functions/src/security/bearers.ts";
import type { LiveSession } from "../../../functions/src/tables/accounts/sessions.ts";

const keys = [{ kid: "k", secret: createSecretKey(Buffer.alloc(32, 1)) }];
const claims = { userId: "u1", sessionId: "s1", userDeviceId: "d1" };
const start = new Date("2026-01-01T00:00:00Z");
const header = `Bearer ${signAccessToken(keys, claims, start)}`;

const NOBODY = { address: null, isRead: true };

/** Bearers with a clock and a session that the test sets. Nothing here reaches the database. */
function createTestBearers(session?: Partial<LiveSession>) {
  const state = { now: start, session };
  const bearers = createBearers({
    keys,
    db: openDatabase({ url: "mysql://nobody@127.0.0.1:1/none", connections: 1 }),
    findLiveSession: async () => state.session as LiveSession | undefined,
    clock: () => state.now,
  });
  return { bearers, state };
}

describe("a bearer", () => {
  test("is verified from the header, and only from one with the Bearer scheme", () => {
    const { bearers } = createTestBearers();
    expect(bearers.verify(header)?.claims).toEqual(claims);
    expect(bearers.verify(header.replace("Bearer", "bearer"))?.claims).toEqual(claims);
    for (const other of [undefined, "", "Bearer", "Bearer ", header.replace("Bearer", "Basic"), `${header} x`]) {
      expect(bearers.verify(other)).toBeUndefined();
    }
  });

  test("expires though it was verified and cached before", () => {
    const { bearers, state } = createTestBearers();
    expect(bearers.verify(header)).toBeDefined();
    state.now = new Date(start.getTime() + ACCESS_TOKEN_LIFETIME_SECONDS * 1000);
    expect(bearers.verify(header)).toBeUndefined();
  });

  test("counts as live only after a look-up has found the session live, and until one has not", async () => {
    const { bearers, state } = createTestBearers({ userId: "u1", isSeenOutdated: false });
    expect(bearers.verify(header)?.wasLive).toBe(false);
    expect(await bearers.authenticate(bearers.verify(header)!, { address: "192.0.2.1", isRead: true })).toMatchObject({
      address: "192.0.2.1",
    });
    expect(bearers.verify(header)?.wasLive).toBe(true);
    state.session = undefined;
    expect(await bearers.authenticate(bearers.verify(header)!, NOBODY)).toBeUndefined();
    expect(bearers.verify(header)?.wasLive).toBe(false);
  });

  test("is not the user of somebody else's session", async () => {
    const { bearers } = createTestBearers({ userId: "u2", isSeenOutdated: false });
    expect(await bearers.authenticate(bearers.verify(header)!, NOBODY)).toBeUndefined();
  });

  test("reads while it cannot be noted that the device was seen, and does not write", async () => {
    const { bearers } = createTestBearers({ userId: "u1", userDeviceId: "d1", isSeenOutdated: true });
    const authenticate = (isRead: boolean) => bearers.authenticate(bearers.verify(header)!, { ...NOBODY, isRead });
    expect(await authenticate(true)).toMatchObject({ userId: "u1" });
    await expect(authenticate(false)).rejects.toBeInstanceOf(Error);
  });
});
