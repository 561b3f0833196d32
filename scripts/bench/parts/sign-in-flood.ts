import { randomUUID } from "node:crypto";
import { Problem } from "../../platform/problem.ts";
import type { Figure } from "../figure.ts";
import { postJson } from "../post-json.ts";
import { measureReaders, read, READ_PATHS } from "../readers.ts";
import { startBench } from "../system.ts";
import { pause } from "../timings.ts";

const CLIENTS = 200;
const SECONDS = 15;
const WARM_UP_ROUNDS = 20;

/**
 * What a reader feels, and how much memory the API takes, while 200 clients, each at an address of its own, sign in with a wrong password.
 * Every try costs a hash: the worst case. There is no reference.
 */
export async function benchSignInFlood(): Promise<Figure[]> {
  const system = await startBench({ runsTasks: false, env: { RATE_LIMIT_SCALE: "1000" } });
  try {
    const { url, pid } = await system.fleet.start("api");
    for (let round = 0; round < WARM_UP_ROUNDS; round += 1) {
      await Promise.all([signIn(url, 0), ...READ_PATHS.map((path) => read(`${url}${path}`))]);
    }
    const over = new AbortController();
    const flood = Array.from({ length: CLIENTS }, (_, client) => signInUntil(url, client, over.signal));
    const figures = await measureReaders(`${CLIENTS} wrong sign-ins at once`, { seconds: SECONDS, url, pid });
    over.abort();
    await Promise.all(flood);
    return figures;
  } finally {
    await system.close();
  }
}

async function signIn(url: string, client: number): Promise<number> {
  const credentials = { email: `${randomUUID()}@example.com`, password: "not the password", device: { id: "bench" } };
  const headers = { "x-forwarded-for": `10.1.0.${client}` };
  const { status } = await postJson(`${url}/v1/sessions`, credentials, headers);
  return status;
}

async function signInUntil(url: string, client: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const status = await signIn(url, client);
    // The API is busy and says when to come back.
    if (status === 503) await pause(1_000);
    else if (status !== 401) throw new Problem(`A wrong sign-in got ${status}.`);
  }
}
