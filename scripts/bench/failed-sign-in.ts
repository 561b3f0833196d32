import { randomUUID } from "node:crypto";
import { Problem } from "../platform/problem.ts";
import type { Figure } from "./figure.ts";
import { postJson } from "./post-json.ts";
import { startBench } from "./system.ts";
import { median } from "./timings.ts";

const ROUNDS = 300;
/** The first rounds load and compile. */
const WARM_UP_ROUNDS = 10;
const PASSWORD = "correct horse battery";

/**
 * A failed sign-in, by its reason. An unknown e-mail, a wrong password and a deactivated user must take the same time, or the time tells
 * who has an account. The reasons take turns, so that whatever else the machine does affects them alike.
 */
export async function benchFailedSignIn(): Promise<Figure[]> {
  // Every try is checked against a hash, none is refused by the limits.
  const system = await startBench({ runsTasks: false, env: { RATE_LIMIT_SCALE: "1000" } });
  try {
    const { url } = await system.fleet.start("api");
    const [wrong, deactivated] = [await register(url), await register(url)];
    await system.context.db
      .updateTable("users")
      .set({ is_active: false })
      .where("username", "=", deactivated.username)
      .execute();
    const credentials = {
      "unknown e-mail": { email: `${randomUUID()}@example.com`, password: PASSWORD },
      "wrong password": { email: wrong.email, password: "not the password" },
      "deactivated user": { email: deactivated.email, password: PASSWORD },
    };
    const times = new Map<string, number[]>(Object.keys(credentials).map((reason) => [reason, []]));
    for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round += 1) {
      for (const [reason, body] of Object.entries(credentials)) {
        const milliseconds = await timeToFail(url, reason, body);
        if (round >= WARM_UP_ROUNDS) times.get(reason)?.push(milliseconds);
      }
    }
    return figuresOf(times);
  } finally {
    await system.close();
  }
}

async function register(url: string): Promise<{ email: string; username: string }> {
  const username = `u${randomUUID().slice(0, 8)}`;
  const email = `${username}@example.com`;
  const { status } = await postJson(`${url}/v1/users`, { email, username, password: PASSWORD });
  if (status !== 201) throw new Problem(`POST /v1/users responded with ${status}.`);
  return { email, username };
}

async function timeToFail(url: string, reason: string, credentials: object): Promise<number> {
  const { status, milliseconds } = await postJson(`${url}/v1/sessions`, { ...credentials, device: { id: "bench" } });
  if (status !== 401) throw new Problem(`A sign-in that fails for its ${reason} got ${status}.`);
  return milliseconds;
}

function figuresOf(times: Map<string, number[]>): Figure[] {
  const medians = [...times].map(([reason, list]): Figure => {
    return { name: `failed sign-in, ${reason}, median of ${ROUNDS}`, value: median(list), unit: "ms" };
  });
  const values = medians.map(({ value }) => value);
  return [
    ...medians,
    {
      name: "failed sign-in, slowest reason",
      value: Math.max(...values),
      unit: "ms",
      reference: { name: "the fastest", value: Math.min(...values) },
      target: { of: "ratio", atMost: 1.1 },
    },
  ];
}
