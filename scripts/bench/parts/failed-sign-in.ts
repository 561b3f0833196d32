import { randomUUID } from "node:crypto";
import type { Db } from "../../../functions/src/database/schema.ts";
import { Problem } from "../../platform/problem.ts";
import type { Figure } from "../figure.ts";
import { postJson } from "../post-json.ts";
import { startBench } from "../system.ts";
import { median } from "../timings.ts";

const PAIRS = 600;
/** The first pairs load and compile. */
const WARM_UP_PAIRS = 10;
const PASSWORD = "correct horse battery";

type Reason = "unknown e-mail" | "wrong password" | "deactivated user";

/** Each reason against the plainest one. */
const COMPARED: [Reason, Reason][] = [
  ["unknown e-mail", "wrong password"],
  ["deactivated user", "wrong password"],
];

/**
 * A failed sign-in, by its reason. An unknown e-mail, a wrong password and a deactivated user must take the same time, or the time tells
 * who has an account. They are sent in pairs, in either order in turn, so that whatever else the machine does affects both alike; each to
 * an address that was never tried. One is the slower of a pair as often as the other: with 600 pairs, 8 % from half is four standard
 * deviations.
 */
export async function benchFailedSignIn(): Promise<Figure[]> {
  // Every try is checked against a hash, none is refused by the limits.
  const system = await startBench({ runsTasks: false, env: { RATE_LIMIT_SCALE: "1000" } });
  try {
    const { url } = await system.fleet.start("api");
    const newUser = await userFactory(system.context.db, url);
    const timeToFail = async (reason: Reason) => {
      // A user in any case, so that what came just before is the same.
      const registered = await newUser(reason);
      const email = reason === "unknown e-mail" ? `${randomUUID()}@example.com` : registered;
      const password = reason === "wrong password" ? "not the password" : PASSWORD;
      const { status, milliseconds } = await postJson(`${url}/v1/sessions`, {
        email,
        password,
        device: { id: "bench" },
      });
      if (status !== 401) throw new Problem(`A sign-in that fails for its ${reason} got ${status}.`);
      return milliseconds;
    };
    const figures: Figure[] = [];
    for (const pair of COMPARED) figures.push(...(await compare(pair, timeToFail)));
    return figures;
  } finally {
    await system.close();
  }
}

async function compare(
  [one, other]: [Reason, Reason],
  timeToFail: (reason: Reason) => Promise<number>,
): Promise<Figure[]> {
  const times: Record<string, number[]> = { [one]: [], [other]: [] };
  let slower = 0;
  for (let pair = 0; pair < WARM_UP_PAIRS + PAIRS; pair += 1) {
    const measured: Record<string, number> = {};
    for (const reason of pair % 2 ? [one, other] : [other, one]) measured[reason] = await timeToFail(reason);
    if (pair < WARM_UP_PAIRS) continue;
    for (const [reason, milliseconds] of Object.entries(measured)) times[reason]?.push(milliseconds);
    if ((measured[one] ?? 0) > (measured[other] ?? 0)) slower += 1;
  }
  const share = (slower / PAIRS) * 100;
  return [
    {
      name: `failed sign-in, ${one}, median of ${PAIRS}`,
      value: median(times[one] ?? []),
      unit: "ms",
      reference: { name: other, value: median(times[other] ?? []) },
    },
    {
      name: `failed sign-in, ${one} slower than ${other}, distance from half of ${PAIRS} pairs`,
      value: Math.abs(share - 50),
      unit: "%",
      target: { of: "value", atMost: 8 },
    },
  ];
}

/** Makes users past the API, which would take a hash for each. Returns the address of a new one. */
async function userFactory(db: Db, url: string): Promise<(reason: Reason) => Promise<string>> {
  const username = `u${randomUUID().slice(0, 8)}`;
  const registration = { email: `${username}@example.com`, username, password: PASSWORD };
  const { status } = await postJson(`${url}/v1/users`, registration);
  if (status !== 201) throw new Problem(`POST /v1/users responded with ${status}.`);
  const { password_hash } = await db
    .selectFrom("users")
    .select("password_hash")
    .where("username", "=", username)
    .executeTakeFirstOrThrow();
  return async (reason) => {
    const id = randomUUID();
    const email = `${id}@example.com`;
    const name = id.slice(0, 30);
    const names = { email, email_canonical: email, username: name, username_canonical: name };
    await db
      .insertInto("users")
      .values({ id, ...names, password_hash, is_active: reason !== "deactivated user" })
      .execute();
    return email;
  };
}
