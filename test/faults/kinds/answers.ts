import { randomUUID } from "node:crypto";
import { createClients } from "../system/clients.ts";
import type { FaultContext } from "./fault.ts";
import { pause } from "./timing.ts";

/** The promise is "within seconds"; a request without a deadline gets no answer at all. */
const MAX_WAIT_SECONDS = 30;

/** Asks every instance of the API for a list, several times at once: each request must get an answer. A 503 is one. */
export async function expectAnswers({ system, report }: FaultContext): Promise<void> {
  const urls = system.fleet.of("api").flatMap(({ url }) => Array<string>(8).fill(url));
  await Promise.all(
    urls.map(async (url) => {
      const signal = AbortSignal.timeout(MAX_WAIT_SECONDS * 1000);
      const path = `/v1/videos/${system.videos[0]}/comments`;
      const answered = await fetch(`${url}${path}`, { signal }).catch((error: unknown) => error);
      if (signal.aborted)
        report("answers", `a request got no answer within ${MAX_WAIT_SECONDS} s: ${String(answered)}`);
    }),
  );
}

/** A client repeats a post until it is taken, which must be soon. */
export async function expectWrite({ system, report }: FaultContext): Promise<void> {
  const [client] = system.clients;
  const key = randomUUID();
  const endsAt = Date.now() + MAX_WAIT_SECONDS * 1000;
  while (Date.now() < endsAt) {
    const reply = await client?.post("failover", "after a failover", key).catch(() => undefined);
    if (reply?.status === 201) return;
    await pause(0.2);
  }
  report("answers", `no write was taken within ${MAX_WAIT_SECONDS} s`);
}

/** New users register and sign in, which counts under new keys. None of it may fail. */
export async function expectSignIns({ system, random, report }: FaultContext): Promise<void> {
  await createClients(4, system.fleet, random).catch((error: unknown) =>
    report("answers", `a sign-in failed: ${String(error)}`),
  );
}
