import { setTimeout as sleep } from "node:timers/promises";
import { BenchClient } from "./client.ts";
import { type ServerProcess, startReference, startRtdb } from "./server-process.ts";
import type { Figure } from "./figure.ts";

const CONNECTIONS = 5000;

/** The resident memory of the server, in MB, when all clients are connected. */
async function memoryWithClients(server: ServerProcess, isRtdb: boolean): Promise<number> {
  const clients: BenchClient[] = [];
  for (let i = 0; i < CONNECTIONS; i += 1) {
    const client = await BenchClient.open(server.port);
    clients.push(client);
    if (isRtdb) await client.request("q", { p: `/idle/${i % 100}`, h: "" });
  }
  await sleep(1000);
  const memory = server.residentMb();
  for (const client of clients) client.close();
  return memory;
}

export async function measureIdle(): Promise<Figure[]> {
  const server = await startRtdb();
  const bare = await startReference();
  const reference = { name: "a bare WebSocket server", value: await memoryWithClients(bare, false) };
  const value = await memoryWithClients(server, true);
  await Promise.all([server.stop(), bare.stop()]);
  return [{ name: `memory with ${CONNECTIONS} idle connections, each with a listen`, value, unit: "MB", reference }];
}
