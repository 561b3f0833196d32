import { messageOf } from "../../../scripts/platform/problem.ts";
import type { Client } from "../../support/client.ts";
import { createUser } from "../../support/client.ts";
import type { Random } from "../random.ts";
import type { Fleet } from "./fleet.ts";

/** The first requests load the functions, and nobody repeats them. */
const START_TIMEOUT_MS = 60_000;
const REQUEST_TIMEOUT_MS = 8_000;

/** The client got no complete response. Nobody knows what became of the request. */
export class NoResponse extends Error {
  override name = "NoResponse";
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
