import { generateKeyPairSync } from "node:crypto";
import { deleteApp, initializeApp } from "firebase-admin/app";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import jwt from "jsonwebtoken";
import { type AppCheck, createAppCheck } from "../../../functions/src/security/app-check.ts";
import { AppCheckKeys } from "../../support/network/app-check-keys.ts";
import { until } from "../../support/until.ts";

let keys: AppCheckKeys;
let ends: (() => Promise<void>)[];
let outcomes: string[];

beforeEach(async () => {
  outcomes = [];
  keys = new AppCheckKeys();
  await keys.start();
  ends = [() => keys.close()];
});
afterEach(async () => {
  for (const end of ends.toReversed()) await end();
});

function open({ isObserved = false, timeoutMs = 20_000 } = {}): AppCheck {
  const app = initializeApp({ projectId: "demo-test", httpAgent: keys.agent }, crypto.randomUUID());
  const onOutcome = (outcome: string) => outcomes.push(outcome);
  const appCheck = createAppCheck(app, { isObserved, timeoutMs, onOutcome, clock: () => new Date(Date.now()) });
  ends.push(() => deleteApp(app));
  return appCheck;
}

const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const past = Math.floor(Date.now() / 1000) - 10;

describe("where it is required", () => {
  test("tokens of this project pass, with Google's keys fetched once", async () => {
    const appCheck = open();
    for (let n = 0; n < 5; n += 1) await appCheck.check(keys.token());
    await appCheck.check(keys.token({ kid: null }));
    expect([outcomes, keys.fetches]).toEqual([Array.from({ length: 6 }, () => "valid"), 1]);
  });

  test.each<[string, () => string]>([
    ["for another project", () => keys.token({ claims: { aud: ["projects/other"] } })],
    ["of another issuer", () => keys.token({ claims: { iss: "https://securetoken.google.com/demo-test" } })],
    ["that has expired", () => keys.token({ claims: { exp: past } })],
    ["that names no app", () => keys.token({ claims: { sub: "" } })],
    ["signed by another key", () => keys.token({ key: stranger })],
    ["signed by another key, which it does not name", () => keys.token({ key: stranger, kid: null })],
    ["signed by an unknown key", () => keys.token({ kid: "k2" })],
    ["that is unsigned", () => jwt.sign(jwt.decode(keys.token()) ?? {}, "", { algorithm: "none", keyid: "k1" })],
    [
      "signed with the public key as a password",
      () => {
        const secret = keys.publicKey.export({ type: "spki", format: "pem" });
        return jwt.sign(jwt.decode(keys.token()) ?? {}, secret, { algorithm: "HS256", keyid: "k1" });
      },
    ],
    ["that is none", () => "nonsense"],
    ["that is empty", () => ""],
  ])("a token %s is refused", async (_, forge) => {
    await expect(open().check(forge())).rejects.toMatchObject({ code: "app_check_failed" });
    expect(outcomes).toEqual(["invalid"]);
  });

  test("no token is refused without a look at the keys", async () => {
    await expect(open().check(undefined)).rejects.toMatchObject({ code: "app_check_failed" });
    expect([outcomes, keys.fetches]).toEqual([["missing"], 0]);
  });

  test("refused tokens do not keep a good one out", async () => {
    const appCheck = open();
    for (let n = 0; n < 20; n += 1) await appCheck.check(keys.token({ key: stranger })).catch(() => undefined);
    await appCheck.check(keys.token());
    expect(outcomes.filter((outcome) => outcome === "invalid")).toHaveLength(20);
  });
});

describe.each([
  ["silent", 20],
  ["failing", 20_000],
  ["gone", 20_000],
] as const)("while Google's key server is %s", (mood, timeoutMs) => {
  beforeEach(() => {
    keys.mood = mood;
  });

  test("nobody gets in, with the time after which to try again, and it is not asked for each request", async () => {
    const appCheck = open({ timeoutMs });
    await expect(appCheck.check(keys.token())).rejects.toMatchObject({ code: "unavailable", retryAfter: 5 });
    for (let n = 0; n < 20; n += 1) {
      await expect(appCheck.check(keys.token())).rejects.toMatchObject({ code: "unavailable" });
    }
    expect(new Set(outcomes)).toEqual(new Set(["unavailable"]));
    // A slow machine may be here when the breaker tries again.
    expect(keys.fetches).toBeLessThan(10);
  });

  test("a token that names no key is not taken for a wrong one", async () => {
    await expect(open({ timeoutMs }).check(keys.token({ kid: null }))).rejects.toMatchObject({ code: "unavailable" });
  });
});

test("when the key server answers again, tokens pass after the pause of 5 s", async () => {
  keys.mood = "gone";
  const appCheck = open();
  const startedAt = performance.now();
  const now = jest.spyOn(performance, "now").mockReturnValue(startedAt);
  try {
    await expect(appCheck.check(keys.token())).rejects.toMatchObject({ code: "unavailable" });
    keys.mood = "well";
    now.mockReturnValue(startedAt + 4_900);
    await expect(appCheck.check(keys.token())).rejects.toMatchObject({ code: "unavailable" });
    now.mockReturnValue(startedAt + 5_100);
    await appCheck.check(keys.token());
  } finally {
    jest.restoreAllMocks();
  }
});

test("a malformed token does not tell that the keys are back", async () => {
  keys.mood = "gone";
  const appCheck = open();
  await expect(appCheck.check(keys.token())).rejects.toMatchObject({ code: "unavailable" });
  const inSixSeconds = performance.now() + 6_000;
  jest.spyOn(performance, "now").mockReturnValue(inSixSeconds);
  try {
    await expect(appCheck.check("nonsense")).rejects.toMatchObject({ code: "app_check_failed" });
    const before = keys.fetches;
    await Promise.allSettled(Array.from({ length: 20 }, () => appCheck.check(keys.token())));
    // One of them tries, and the client of the keys may repeat its request.
    expect(keys.fetches - before).toBeLessThan(5);
  } finally {
    jest.restoreAllMocks();
  }
});

test("a token that was found valid passes until it expires, and needs no key again", async () => {
  const appCheck = open();
  const inThreeHours = Math.floor(Date.now() / 1000) + 3 * 3_600;
  const [short, long] = [keys.token(), keys.token({ claims: { exp: inThreeHours } })];
  await appCheck.check(short);
  await appCheck.check(long);
  keys.mood = "gone";
  const inTwoHours = Date.now() + 2 * 3_600_000;
  jest.spyOn(Date, "now").mockReturnValue(inTwoHours);
  try {
    await appCheck.check(long);
    await expect(appCheck.check(short)).rejects.toMatchObject({ code: "app_check_failed" });
  } finally {
    jest.restoreAllMocks();
  }
});

test("where tokens are observed, every request passes at once, and each is counted", async () => {
  const appCheck = open({ isObserved: true });
  await appCheck.check(undefined);
  await appCheck.check("nonsense");
  await appCheck.check(keys.token());
  await until("three outcomes", async () => outcomes.length === 3);
  expect(outcomes.toSorted()).toEqual(["invalid", "missing", "valid"]);
  keys.mood = "silent";
  const other = open({ isObserved: true });
  await other.check(keys.token());
  expect(outcomes).toHaveLength(3);
});
