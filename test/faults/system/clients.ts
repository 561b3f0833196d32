import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../../scripts/platform/problem.ts";
import type { Client } from "../../support/app/client.ts";
import { createUser } from "../../support/app/users.ts";
import type { Random } from "../random.ts";
import type { Fleet } from "./fleet.ts";

/** The first requests load the functions. */
const START_TIMEOUT_MS = 60_000;
const REQUEST_TIMEOUT_MS = 8_000;
/** While several functions load at once, MySQL's deadlines may pass: the API then answers 503, and a client tries again. */
const START_ATTEMPTS = 10;

/** The client got no complete response. Nobody knows what became of the request. */
export class NoResponse extends Error {
  override name = "NoResponse";
}

/** As `createClients`, on instances that have just started. A sign-up that fails is tried again, with a new user. */
export async function createFirstClients(count: number, fleet: Fleet, random: Random): Promise<Client[]> {
  const createOne = async (attempt = 1): Promise<Client> => {
    try {
      const [client] = await createClients(1, fleet, random);
      return client!;
    } catch (error) {
      if (attempt === START_ATTEMPTS) throw error;
      await sleep(1_000);
      return createOne(attempt + 1);
    }
  };
  return Promise.all(Array.from({ length: count }, () => createOne()));
}

/**
 * Registers users and signs them in. Each of their requests goes to a random instance of the API.
 * @throws NoResponse, as the clients' calls do
 */
export async function createClients(count: number, fleet: Fleet, random: Random): Promise<Client[]> {
  let timeoutMs = START_TIMEOUT_MS;
  const send = async (path: string, init: RequestInit): Promise<Response> => {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const { url } = random.pick(fleet.of("api"));
      const response = await fetch(`${url}${path}`, { ...init, signal });
      const text = await response.text();
      // A status that allows no body allows no empty one either.
      return new Response(text === "" ? null : text, { status: response.status, headers: response.headers });
    } catch (error) {
      const reason = signal.aborted ? `no response within ${timeoutMs / 1000} s` : messageOf(error);
      throw new NoResponse(`${init.method ?? "GET"} ${path}: ${reason}`, { cause: error });
    }
  };
  const clients = await Promise.all(Array.from({ length: count }, () => createUser(send)));
  timeoutMs = REQUEST_TIMEOUT_MS;
  return clients;
}
