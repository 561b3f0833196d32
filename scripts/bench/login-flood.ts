import { fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Problem, runCommand } from "../platform/problem.ts";
import { serveApi } from "./api.ts";
import { median, quantile } from "./statistics.ts";

const HELP = `200 wrong sign-ins at once, and what others feel of it: node scripts/bench/login-flood.ts [--parallel N] [--seconds N]

The API runs in a process of its own. N clients sign in with a wrong password, one after another, while a reader asks for the health
and for a list of comments. Exits 1 when the reader's p99 is 500 ms or more, or the API takes 512 MiB or more.
Configuration: the environment of the functions. With RATE_LIMIT_SCALE=1000 every try costs a hash: the worst case.`;

const server = process.argv.includes("--serve");
await runCommand(server ? serveForBench : bench);

async function serveForBench(): Promise<void> {
  const { url, close } = await serveApi();
  process.send?.(url);
  process.once("message", () => void close().then(() => process.disconnect()));
}

async function bench(): Promise<void> {
  const { values } = parseArgs({
    options: { parallel: { type: "string" }, seconds: { type: "string" }, help: { type: "boolean" } },
  });
  if (values.help) return console.log(HELP);
  const parallel = Number(values.parallel ?? 200);
  const child = fork(import.meta.filename, ["--serve"], { execArgv: ["--disable-warning=ExperimentalWarning"] });
  const [url] = (await once(child, "message")) as [string];

  const signIns: Record<number, number> = {};
  const times: Record<string, number[]> = { "/health": [], "/videos/bench/comments": [] };
  let memory = 0;
  const signIn = async () => {
    const body = { email: `${randomUUID()}@example.com`, password: "not the password", device: { id: "bench" } };
    const response = await fetch(`${url}/sessions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    await response.arrayBuffer();
    return response.status;
  };
  // What is asked first is compiled first: that is the start's time and not the flood's.
  for (let i = 0; i < 20; i += 1)
    await Promise.all([signIn(), ...Object.keys(times).map((path) => fetch(`${url}${path}`))]);

  const end = Date.now() + Number(values.seconds ?? 15) * 1000;
  const running = () => Date.now() < end;
  const flood = async () => {
    while (running()) {
      const status = await signIn();
      signIns[status] = (signIns[status] ?? 0) + 1;
      // As a client does that was told to come back in a second.
      if (status === 503) await pause(1_000);
    }
  };
  const read = async () => {
    while (running()) {
      for (const [path, list] of Object.entries(times)) {
        const started = performance.now();
        const response = await fetch(`${url}${path}`);
        await response.arrayBuffer();
        if (response.status !== 200) throw new Problem(`${path} was answered ${response.status}`);
        list.push(performance.now() - started);
      }
      memory = Math.max(memory, residentMiB(child.pid ?? 0));
      await pause(10);
    }
  };
  try {
    await Promise.all([read(), ...Array.from({ length: parallel }, flood)]);
  } finally {
    child.send("stop");
    await once(child, "exit");
  }

  console.log(`sign-ins by status, ${parallel} at once: ${JSON.stringify(signIns)}`);
  for (const [path, list] of Object.entries(times)) {
    const [middle, late] = [median(list), quantile(list, 0.99)].map((value) => value.toFixed(1));
    console.log(`${path.padEnd(24)} median ${middle} ms, p99 ${late} ms, ${list.length} requests`);
  }
  console.log(`the API's memory: ${memory.toFixed(0)} MiB at most`);
  if (Object.values(times).some((list) => !(quantile(list, 0.99) < 500)))
    throw new Problem("A reader waited too long.");
  if (!(memory < 512)) throw new Problem("The API took too much memory.");
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

/** Linux's own count of the memory that a process holds. */
function residentMiB(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1] ?? 0) / 1024;
}
