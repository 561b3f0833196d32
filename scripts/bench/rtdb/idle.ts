import { setTimeout } from "node:timers/promises";
import { BenchClient } from "./client.ts";
import { startReference, startRtdb } from "./process.ts";
import type { Figure } from "./figure.ts";
import type { ServerProcess } from "./process.ts";

const CONNECTIONS = 5000;

async function memoryOf(server: ServerProcess, isRtdb: boolean): Promise<number> {
  const clients: BenchClient[] = [];
  for (let i = 0; i < CONNECTIONS; i += 1) {
    const client = await BenchClient.open(server.port);
    clients.push(client);
    if (isRtdb) await client.ask("q", { p: `/idle/${i % 100}`, h: "" });
  }
  await setTimeout(1000);
  const memory = server.memory();
  for (const client of clients) client.close();
  return memory;
}

export async function measureIdle(): Promise<Figure[]> {
  const server = await startRtdb();
  const bare = await startReference();
  const reference = { what: "a bare WebSocket server", value: await memoryOf(bare, false) };
  const value = await memoryOf(server, true);
  await Promise.all([server.stop(), bare.stop()]);
  return [{ what: `memory with ${CONNECTIONS} idle connections, each with a listen`, value, unit: "MB", reference }];
}
