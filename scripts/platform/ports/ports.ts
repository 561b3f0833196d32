import { createServer } from "node:net";
import { portOwner } from "./port-owner.ts";
import { Problem } from "../problem.ts";

/** One block of ports in a row. `logging` is the emulators' own, kept free though only their UI would use it. */
export type Ports = ReturnType<typeof blockFrom>;

function blockFrom(base: number) {
  return {
    page: base,
    functions: base + 1,
    auth: base + 2,
    tasks: base + 3,
    eventarc: base + 4,
    hub: base + 5,
    logging: base + 6,
    rtdb: base + 7,
    mysql: base + 8,
  };
}

/** Clear of Firebase's own defaults (4400 to 5002, 9000 to 9499), so that `firebase emulators:start` runs beside it. */
export const DEFAULT_BASE = 5100;

/** Above 1023 browsers refuse these (WHATWG fetch, "bad ports"). */
const REFUSED_BY_BROWSERS = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10_080,
]);

/** The ports of the block that begins at `base`; a Problem when it is not a usable block. */
export function portBlock(base: number): Ports {
  const ports = blockFrom(base);
  const numbers = Object.values(ports);
  const last = 65_536 - numbers.length;
  if (!Number.isInteger(base) || base < 1024 || base > last) {
    throw new Problem(`The port base must be a whole number from 1024 to ${last}, not ${base}.`);
  }
  const refused = numbers.find((port) => REFUSED_BY_BROWSERS.has(port));
  if (refused) throw new Problem(`Browsers refuse port ${refused}. Choose another block with --port-base.`);
  return ports;
}

/** Refuses to start on a busy port, naming the process that holds it where that can be known. */
export async function requireFree(ports: Ports): Promise<void> {
  for (const [name, port] of Object.entries(ports)) {
    if (await isFree(port)) continue;
    const owner = await portOwner(port);
    throw new Problem(
      `Port ${port} (for ${name}) is taken${owner ? ` by ${owner}` : ""}. ` +
        `Stop that, or use another block: npm start -- --port-base ${ports.page + 100}`,
    );
  }
}

/** A free block below the range that systems hand out to outgoing connections (from 32768 on Linux). */
export async function freeBlock(): Promise<Ports> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const ports = portBlock(20_000 + 10 * Math.floor(Math.random() * 1200));
    const free = await Promise.all(Object.values(ports).map(isFree));
    if (free.every(Boolean)) return ports;
  }
  throw new Problem("No free block of ports from 20000 to 32000. Stop something that listens there.");
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ host: "127.0.0.1", port }, () => probe.close(() => resolve(true)));
  });
}
