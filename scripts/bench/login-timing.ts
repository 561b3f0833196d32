import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import { Problem, runCommand } from "../platform/problem.ts";
import { serveApi } from "./api.ts";
import { median, quantile } from "./statistics.ts";

const HELP = `How long a failed sign-in takes, by its reason: node scripts/bench/login-timing.ts [--rounds N]

Unknown e-mail, wrong password and deactivated user have to take as long, or the time tells who has an account. Exits 1 when their
medians lie more than 10 % apart. The three are asked in turns, so that whatever else the machine does meets them alike.
Configuration: the environment of the functions, with RATE_LIMIT_SCALE=1000. Adds three users to the database.`;

await runCommand(async () => {
  const { values } = parseArgs({ options: { rounds: { type: "string" }, help: { type: "boolean" } } });
  if (values.help) return console.log(HELP);
  const rounds = Number(values.rounds ?? 300);
  const { url, context, close } = await serveApi();
  try {
    const password = "correct horse battery";
    // One address each, so that the counters of each are as used.
    const unknown = `${randomUUID()}@example.com`;
    const names = { wrong: `w${randomUUID().slice(0, 8)}`, deactivated: `d${randomUUID().slice(0, 8)}` };
    for (const username of Object.values(names)) {
      await post(`${url}/users`, { email: `${username}@example.com`, username, password });
    }
    await context.db.updateTable("users").set({ is_active: false }).where("username", "=", names.deactivated).execute();

    const cases = {
      "unknown e-mail": () => ({ email: unknown, password }),
      "wrong password": () => ({ email: `${names.wrong}@example.com`, password: "not the password" }),
      "deactivated user": () => ({ email: `${names.deactivated}@example.com`, password }),
    };
    const times = new Map<string, number[]>(Object.keys(cases).map((name) => [name, []]));
    for (let round = 0; round < rounds + 10; round += 1) {
      for (const [name, make] of Object.entries(cases)) {
        const body = { ...make(), device: { id: "bench" } };
        const started = performance.now();
        const status = await post(`${url}/sessions`, body);
        const time = performance.now() - started;
        if (status !== 401) throw new Problem(`${name} was answered ${status}; RATE_LIMIT_SCALE=1000?`);
        // The first rounds load and compile.
        if (round >= 10) times.get(name)?.push(time);
      }
    }
    report(times);
  } finally {
    await close();
  }
});

function report(times: Map<string, number[]>): void {
  const medians = [...times.values()].map(median);
  for (const [name, list] of times) {
    const figures = [median(list), quantile(list, 0.25), quantile(list, 0.75), quantile(list, 0.99)];
    const [middle, low, high, late] = figures.map((value) => value.toFixed(2));
    console.log(
      `${name.padEnd(18)} median ${middle} ms, middle half ${low} to ${high}, p99 ${late}, ${list.length} tries`,
    );
  }
  const apart = (Math.max(...medians) / Math.min(...medians) - 1) * 100;
  console.log(`medians are ${apart.toFixed(1)} % apart`);
  if (!(apart <= 10)) throw new Problem("More than 10 %: the time tells who has an account.");
}

async function post(url: string, body: object): Promise<number> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  await response.arrayBuffer();
  return response.status;
}
