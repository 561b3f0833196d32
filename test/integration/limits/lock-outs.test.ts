import { describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { ALLOWANCES, NETWORK_FACTORS } from "../../../functions/src/limits/allowances.ts";
import { type Client, password } from "../../support/app/client.ts";
import { useApp } from "../../support/app/use-app.ts";
import { signUp } from "../../support/app/users.ts";

// What attackers can do to others, seen from the others' side. The allowances are those of production.
const app = useApp({ users: { moderator: "moderator" }, env: { RATE_LIMIT_SCALE: "1" } });
const { account_source, account: perAccount, everyone, source, known_device } = ALLOWANCES.sign_in.valid;

const at = (address: string) => app.anonymous.from(address);
const elsewhere = () => at(app.newAddress());
const newOwner = () => signUp(elsewhere());
const guess = (client: Client, email: string) => client.signIn({ email, password: "wrong wrong" });

/** The owner signs in on a device on which they were before, from an address of their own. */
const onKnownDevice = (owner: Client, tokens = [owner.session!.device_token]) =>
  elsewhere().signIn({ email: owner.email, device: { id: "theirs", tokens } });
const onNewDevice = (owner: Client) => elsewhere().signIn({ email: owner.email });

async function useUpAccount(owner: Client): Promise<void> {
  const account = `0 ${owner.email}`;
  while (await app.context.limits.tryCount("sign_in", "valid", { account }));
}

async function useUpEveryone(): Promise<void> {
  for (let n = 0; n < everyone.points; n += 1) {
    await app.context.limits.tryCount("sign_in", "valid", { everyone: "all" });
  }
}

/** The hashes that `work` costs. */
async function hashesOf(work: () => Promise<unknown>): Promise<number> {
  const before = app.hashes;
  await work();
  return app.hashes - before;
}

describe("an attacker with one address", () => {
  test("cannot lock an owner out, who signs in elsewhere on a new device", async () => {
    const owner = await newOwner();
    const attacker = elsewhere();
    const hashes = await hashesOf(async () => {
      for (let n = 0; n < 120; n += 1) await guess(attacker, owner.email);
    });
    expect(hashes).toBe(account_source.points);
    expect((await onNewDevice(owner)).status).toBe(201);
  });

  test("cannot close sign-in or registration for others, neither with empty bodies nor with valid ones", async () => {
    const owner = await newOwner();
    const attacker = elsewhere();
    const flood = Array.from({ length: everyone.points + 100 }, async () => {
      await attacker.call("POST", "/sessions", {});
      await attacker.call("POST", "/users", {});
      await attacker.call("POST", "/sessions", "{");
    });
    await Promise.all(flood);
    const accounts = await hashesOf(async () => {
      for (let n = 0; n < source.points + 20; n += 1) await guess(attacker, `${randomUUID()}@example.com`);
    });
    expect(accounts).toBe(source.points);
    expect((await onNewDevice(owner)).status).toBe(201);
    expect((await newOwner()).session).toBeDefined();
  });
});

describe("an attacker with a /48 of IPv6", () => {
  const addressOf = (n: number) => `2001:db8:${(n >> 16).toString(16)}:${(n & 0xffff).toString(16)}::1`;

  test("gets as many guesses at an account as one address, and locks nobody out", async () => {
    const owner = await newOwner();
    const hashes = await hashesOf(async () => {
      for (let n = 0; n < 300; n += 1) await guess(at(addressOf(n * 7)), owner.email);
    });
    expect(hashes).toBe(account_source.points);
    expect((await onNewDevice(owner)).status).toBe(201);
  });

  test("cannot use up the sign-ins of everybody", () => {
    expect(source.points * NETWORK_FACTORS.source[48]).toBeLessThan(everyone.points / 2);
  });
});

describe("an attacker with a handful of addresses", () => {
  test("cannot lock an owner out, on a new device neither", async () => {
    const owner = await newOwner();
    for (let address = 0; address < 5; address += 1) {
      const attacker = elsewhere();
      for (let n = 0; n < account_source.points + 2; n += 1) await guess(attacker, owner.email);
    }
    expect((await onNewDevice(owner)).status).toBe(201);
  });
});

describe("an attacker with 1,000 addresses", () => {
  test("locks an owner out on new devices, never on one that the account knows", async () => {
    const owner = await newOwner();
    await useUpAccount(owner);
    expect((await onNewDevice(owner)).body).toMatchObject({ code: "rate_limited" });
    expect((await onKnownDevice(owner)).status).toBe(201);
  });

  test("does not keep a known device out by using up the sign-ins of everybody", async () => {
    const [owner, other] = [await newOwner(), await newOwner()];
    await useUpEveryone();
    expect((await onNewDevice(other)).status).toBe(429);
    expect((await onKnownDevice(owner)).status).toBe(201);
    await app.context.limits.forget("sign_in", "valid", { everyone: "all" });
  });

  test("does not keep a known device out from its own address", async () => {
    const owner = await newOwner();
    const shared = app.newAddress();
    for (let n = 0; n < account_source.points + 2; n += 1) await guess(at(shared), owner.email);
    const theirs = { id: "theirs", tokens: [owner.session!.device_token] };
    expect((await at(shared).signIn({ email: owner.email })).status).toBe(429);
    expect((await at(shared).signIn({ email: owner.email, device: theirs })).status).toBe(201);
  });
});

describe("a known device", () => {
  test("is none with another account's token, a forged one or the device's id alone", async () => {
    const [owner, thief] = [await newOwner(), await newOwner()];
    await useUpAccount(owner);
    const [deviceId = ""] = owner.session!.device_token.split(".");
    const forged = [
      [],
      ["", "x", owner.session!.refresh_token, owner.session!.access_token.slice(0, 100)],
      [thief.session!.device_token],
      [`${deviceId}.${thief.session!.device_token.split(".")[1]}`],
      [`${deviceId}.${"A".repeat(43)}`, `${deviceId}.`],
    ];
    for (const tokens of forged) expect((await onKnownDevice(owner, tokens)).status).toBe(429);
    expect((await onKnownDevice(owner, ["x", thief.session!.device_token, owner.session!.device_token])).status).toBe(
      201,
    );
  });

  test("is none any more once its owner has revoked it", async () => {
    const owner = await newOwner();
    await useUpAccount(owner);
    const again = await onKnownDevice(owner);
    const signedIn = owner.with(again.body);
    const stolen = owner.session!.device_token;
    const device = (await signedIn.devices()).find(({ id }) => stolen.startsWith(id));
    expect((await signedIn.call("DELETE", `/devices/${device!.id}`)).status).toBe(204);
    expect((await onKnownDevice(owner, [stolen])).status).toBe(429);
  });

  test("gives whoever stole its token few guesses, and none with a fresh count after a success", async () => {
    const owner = await newOwner();
    await useUpAccount(owner);
    const device = { id: "theirs", tokens: [owner.session!.device_token] };
    const hashes = await hashesOf(async () => {
      for (let n = 0; n < known_device.points + 10; n += 1) {
        const attempt = n % 3 ? password : "wrong wrong";
        await elsewhere().signIn({ email: owner.email, password: attempt, device });
      }
    });
    expect(hashes).toBe(known_device.points);
  });

  test("may show up to 8 tokens", async () => {
    const owner = await newOwner();
    const others = (count: number) => Array.from({ length: count }, (_, n) => `other ${n}`);
    await useUpAccount(owner);
    const { device_token: token } = owner.session!;
    expect((await onKnownDevice(owner, [...others(7), token])).status).toBe(201);
    expect((await onKnownDevice(owner, [...others(8), token])).status).toBe(400);
    expect((await onKnownDevice(owner, ["x".repeat(129), token])).status).toBe(400);
  });

  test("keeps its token over a refresh, and every sign-in returns one", async () => {
    const owner = await newOwner();
    const refreshed = await owner.refresh();
    expect(refreshed.body.device_token).toBe(owner.session!.device_token);
  });
});

test("an owner's success gives nothing back to those who guess from elsewhere", async () => {
  const owner = await newOwner();
  const attacker = elsewhere();
  for (let n = 0; n < account_source.points; n += 1) await guess(attacker, owner.email);
  expect((await onNewDevice(owner)).status).toBe(201);
  expect((await onKnownDevice(owner)).status).toBe(201);
  expect((await guess(attacker, owner.email)).status).toBe(429);
  let left = 0;
  while (await app.context.limits.tryCount("sign_in", "valid", { account: `0 ${owner.email}` })) left += 1;
  // Counted were the guesses, and the owner's two sign-ins on new devices.
  expect(left).toBe(perAccount.points - account_source.points - 2);
});

test("control: by account alone, one address would lock the owner out", async () => {
  const owner = await newOwner();
  for (let n = 0; n < perAccount.points; n += 1) {
    await app.context.limits.tryCount("sign_in", "valid", { account: `0 ${owner.email}` });
  }
  expect((await onNewDevice(owner)).status).toBe(429);
});
