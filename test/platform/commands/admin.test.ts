import { describe, expect, test } from "@jest/globals";
import type { Client } from "../../support/app/client.ts";
import { useApp } from "../../support/app/use-app.ts";

const app = useApp({ users: { admin: "admin" } });
const { admin } = app.users;

const run = (...args: string[]) => app.script("admin", ...args);

async function roleOf(user: Client): Promise<string> {
  const { role } = await app.db.selectFrom("users").select("role").where("id", "=", user.id).executeTakeFirstOrThrow();
  return role;
}

/** What the audit log says of an operator's action. */
const byOperator = (sessions_ended: number) => ({ actor_id: null, address: null, details: { sessions_ended } });

test("grants and revokes roles, deactivates, unlocks and lists, and says what it did", async () => {
  const user = await app.user("by-hand");
  expect(await run("grant", user.id)).toMatchObject({ out: `${user.email} (${user.id}): user -> admin\n`, code: 0 });
  expect((await run("grant", user.id)).out).toContain("was admin already");
  expect((await run("list", "--role", "admin")).out).toMatch(/by-hand\tadmin\tactive/);
  expect((await run("demote", user.email)).out).toContain("admin -> user");
  expect((await run("deactivate", user.email)).out).toContain("every session ended");
  expect(await user.isSignedIn()).toBe(false);
  expect((await run("unlock", user.email)).out).toContain("unlocked");
  expect(await run("demote", admin.email)).toMatchObject({
    error: "The last active admin cannot be demoted or deactivated\n",
    code: 1,
  });
});

test("list --json prints an object a line, and nothing else", async () => {
  const user = await app.user("listed");
  const { out } = await run("list", "--json", "--search", "listed");
  expect(out.trimEnd().split("\n")).toHaveLength(1);
  expect(JSON.parse(out)).toMatchObject({ id: user.id, email: user.email, role: "user", is_active: true });
});

describe("grant", () => {
  test("shows whose account it is", async () => {
    const user = await app.user("shown");
    const { error } = await run("grant", user.id, "moderator");
    for (const text of [user.username, user.id, user.email]) expect(error).toContain(text);
    expect(error).toMatch(/registered {2}\d{4}-\d\d-\d\dT/);
  });

  test("by an e-mail address changes nothing, since nobody has verified it", async () => {
    const user = await app.user("boss");
    const { code, out, error } = await run("grant", user.email);
    expect([code, out]).toEqual([1, ""]);
    expect(error).toContain(user.id);
    expect(error.trimEnd().split("\n").at(-1)).toMatch(/^Nothing was done.* give the id .*--yes/);
    expect(await roleOf(user)).toBe("user");
  });

  test("by an e-mail address and --yes gives the role", async () => {
    const user = await app.user();
    expect(await run("grant", user.email, "moderator", "--yes")).toMatchObject({ code: 0 });
    expect(await roleOf(user)).toBe("moderator");
  });
});

test("sign-out ends every session, and the user can sign in again", async () => {
  const user = await app.user();
  const elsewhere = (await user.signIn({ device: { id: "elsewhere" } })).body;
  expect(elsewhere.access_token).toEqual(expect.any(String));
  expect(await run("sign-out", user.email)).toMatchObject({
    code: 0,
    out: expect.stringContaining("2 sessions ended"),
  });
  expect(await user.isSignedIn()).toBe(false);
  expect(await app.audit("user.sign_out", user.id)).toEqual([byOperator(2)]);
  expect((await user.signIn()).status).toBe(201);
});

test("reset-password prints the new password once, ends the sessions, and unlocks the account", async () => {
  const user = await app.user();
  const { code, out, error } = await run("reset-password", user.email);
  const secret = out.trimEnd();
  expect([code, secret]).toEqual([0, expect.stringMatching(/^[\w-]{24}$/)]);
  expect(error).not.toContain(secret);
  expect(await user.isSignedIn()).toBe(false);
  expect((await user.signIn()).status).toBe(401);
  expect((await user.signIn({ password: secret })).status).toBe(201);
  const { unlocks } = await app.db
    .selectFrom("users")
    .select("unlocks")
    .where("id", "=", user.id)
    .executeTakeFirstOrThrow();
  expect(unlocks).toBe(1);
  expect(await app.audit("user.password_reset", user.id)).toEqual([byOperator(1)]);
  expect((await run("reset-password", user.email)).out.trimEnd()).not.toBe(secret);
});

describe("release-email", () => {
  test("frees the address for its real owner, and the account stays under another one", async () => {
    const squatter = await app.user();
    const { code, out } = await run("release-email", squatter.email, "--yes");
    const released = `${squatter.id}@released.invalid`;
    expect([code, out]).toEqual([0, expect.stringContaining(released)]);
    expect(await squatter.isSignedIn()).toBe(false);
    expect(await app.audit("user.email_release", squatter.id)).toEqual([byOperator(1)]);
    const registration = { email: squatter.email, username: "real-owner", password: "another good phrase" };
    expect((await app.anonymous.call("POST", "/users", registration)).status).toBe(201);
    expect((await squatter.signIn()).status).toBe(401);
    expect((await squatter.signIn({ email: released })).status).toBe(201);
    expect((await run("release-email", squatter.id, "--yes")).out).toContain("nothing to release");
    expect(await squatter.isSignedIn()).toBe(false);
  });

  test("without a confirmation changes nothing", async () => {
    const user = await app.user();
    for (const name of [user.email, user.id])
      expect(await run("release-email", name)).toMatchObject({
        code: 1,
        out: "",
        error: expect.stringContaining("--yes"),
      });
    expect(await user.isSignedIn()).toBe(true);
  });
});

test.each([
  [["frob"], "There is no command frob. The commands are list, audit, grant,"],
  [["constructor"], "There is no command constructor."],
  [[], "Give a command: list, audit, grant,"],
  [["grant"], "grant needs a user: npm run admin -- --help"],
  [["grant", "ada@example.com", "king"], "There is no role king. The roles are user, moderator, admin."],
  [["demote", "ada@example.com", "admin"], "demote does not take admin:"],
  [["list", "--frob"], "Unknown option '--frob'"],
  [["grant", "ada@example.com", "--role", "moderator"], "grant does not take --role:"],
  [["sign-out", "ada@example.com", "--search", "ada"], "sign-out does not take --search:"],
])("%j exits with 1 and says in one line what is wrong", async (args, message) => {
  const { code, out, error } = await run(...args);
  expect([code, out, error]).toEqual([1, "", expect.stringContaining(message)]);
  expect(error.trimEnd()).not.toContain("\n");
});
