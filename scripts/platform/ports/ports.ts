import { createServer } from "node:net";
import { Problem } from "../problem.ts";
import { describePortOwner } from "./port-owner.ts";

/** The platform's ports: a block of consecutive numbers. */
export type Ports = ReturnType<typeof buildBlock>;

function buildBlock(base: number) {
  return {
    page: base,
    functions: base + 1,
    auth: base + 2,
    tasks: base + 3,
    eventarc: base + 4,
    hub: base + 5,
    // The emulators reserve this one, though only their UI uses it.
    logging: base + 6,
    rtdb: base + 7,
    mysql: base + 8,
    // Only with `npm start -- --replica`.
    mysqlReplica: base + 9,
  };
}

/** Away from Firebase's defaults (4400 to 5002, 9000 to 9499), so that `firebase emulators:start` can run beside it. */
export const DEFAULT_BASE = 5100;

/** The WHATWG fetch standard's "bad ports" above 1023: browsers refuse to connect to them. */
const BAD_PORTS = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10_080,
]);

/**
 * The block of ports that starts at `base`.
 * @throws Problem when the block cannot be used
 */
export function portBlock(base: number): Ports {
  const ports = buildBlock(base);
  const numbers = Object.values(ports);
  const maxBase = 65_536 - numbers.length;
  if (!Number.isInteger(base) || base < 1024 || base > maxBase) {
    throw new Problem(`The port base must be a whole number from 1024 to ${maxBase}, not ${base}.`);
  }
  const badPort = numbers.find((port) => BAD_PORTS.has(port));
  if (badPort) throw new Problem(`Browsers refuse port ${badPort}. Choose another block with --port-base.`);
  return ports;
}

/** @throws Problem when a port of the block is taken; it names the process that listens there, if the system tells */
export async function requireFreePorts(ports: Ports): Promise<void> {
  for (const [name, port] of Object.entries(ports)) {
    if (await isPortFree(port)) continue;
    const owner = await describePortOwner(port);
    throw new Problem(
      `Port ${port} (for ${name}) is taken${owner ? ` by ${owner}` : ""}. ` +
        `Stop that process, or use another block: npm start -- --port-base ${ports.page + 100}`,
    );
  }
}

/** Finds a free block below the ports that systems give to outgoing connections (from 32768 on Linux). */
export async function findFreePorts(): Promise<Ports> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const ports = portBlock(20_000 + 10 * Math.floor(Math.random() * 1200));
    const free = await Promise.all(Object.values(ports).map(isPortFree));
    if (free.every(Boolean)) return ports;
  }
  throw new Problem("No free block of ports from 20000 to 32000. Stop a program that listens there.");
}

function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ host: "127.0.0.1", port }, () => probe.close(() => resolve(true)));
  });
}
