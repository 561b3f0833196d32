import { randomUUID } from "node:crypto";
import { READ_ONLY_ERROR, WRITE } from "../../../test/faults/kinds/traps.ts";
import { type Proxy, startProxy } from "../../../test/faults/system/proxy.ts";
import type { Figure } from "../figure.ts";
import { startBench } from "../system.ts";
import { atRate, pause, quantile } from "../timings.ts";

/** How long a dependency is away. */
const OUTAGE_SECONDS = 60;
const SECONDS_BEFORE = 5;
const SECONDS_AFTER = 15;
/** Half of them post, half read. */
const REQUESTS_PER_SECOND = 20;

interface Outage {
  name: string;
  begin: (proxies: Proxies) => void;
  /** Missing where nothing mends it: the functions have to go on by themselves. */
  end?: (proxies: Proxies) => void;
}

/** Between the API and what it needs. */
interface Proxies {
  mysql: Proxy;
  rtdb: Proxy;
}

const OUTAGES: Outage[] = [
  {
    name: "connections to MySQL dead, new ones work",
    begin: ({ mysql }) => mysql.abandon(),
  },
  {
    name: "MySQL blackholed for 60 s",
    begin({ mysql }) {
      mysql.abandon();
      mysql.setMode("blackhole");
    },
    end: ({ mysql }) => mysql.setMode("pass"),
  },
  {
    name: "MySQL stopped for 60 s",
    begin: ({ mysql }) => mysql.setMode("stop"),
    end: ({ mysql }) => mysql.setMode("pass"),
  },
  {
    name: "MySQL failed over",
    begin: ({ mysql }) => mysql.replaceServer(WRITE, READ_ONLY_ERROR),
  },
  {
    name: "Realtime Database frozen for 60 s",
    begin: ({ rtdb }) => rtdb.setMode("stop"),
    end: ({ rtdb }) => rtdb.setMode("pass"),
  },
];

interface Request {
  /** Seconds since the load began. */
  startedAt: number;
  endedAt: number;
  /** 0 without a response within 60 s. */
  status: number;
}

/** What requests get while a dependency is away, and how soon after it they succeed again. There is no reference. */
export async function benchOutages(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const outage of OUTAGES) {
    const system = await startBench({ runsTasks: false });
    const mysqlUrl = new URL(system.mysqlUrl);
    const mysql = await startProxy(Number(mysqlUrl.port));
    const rtdb = await startProxy(Number(system.rtdbHost.split(":")[1]));
    mysqlUrl.port = String(mysql.port);
    try {
      const { url } = await system.fleet.start("api", {
        MYSQL_URL: mysqlUrl.href,
        FIREBASE_DATABASE_EMULATOR_HOST: `127.0.0.1:${rtdb.port}`,
      });
      figures.push(...(await measureOutage({ url, tokens: system.tokens }, outage, { mysql, rtdb })));
    } finally {
      await system.close();
      mysql.close();
      rtdb.close();
    }
  }
  return figures;
}

interface Api {
  url: string;
  tokens: string[];
}

async function measureOutage(api: Api, { name, begin, end }: Outage, proxies: Proxies): Promise<Figure[]> {
  const requests: Request[] = [];
  const outageSeconds = end ? OUTAGE_SECONDS : 0;
  const seconds = SECONDS_BEFORE + outageSeconds + SECONDS_AFTER;
  const startedAt = performance.now();
  const now = () => (performance.now() - startedAt) / 1000;
  const load = atRate({ perSecond: REQUESTS_PER_SECOND, seconds }, async (count) => {
    const request = { startedAt: now(), endedAt: 0, status: 0 };
    requests.push(request);
    request.status = await send(api, count).catch(() => 0);
    request.endedAt = now();
  });
  await pause(SECONDS_BEFORE * 1000);
  begin(proxies);
  const begunAt = now();
  await pause(outageSeconds * 1000);
  end?.(proxies);
  const endedAt = now();
  await load;
  return figuresOf(
    name,
    requests.filter((request) => request.startedAt >= begunAt),
    endedAt,
  );
}

async function send({ url, tokens }: Api, count: number): Promise<number> {
  const user = count % tokens.length;
  const headers = { authorization: `Bearer ${tokens[user]}`, "x-forwarded-for": `10.1.${user >> 8}.${user & 255}` };
  const signal = AbortSignal.timeout(60_000);
  const comments = `${url}/v1/videos/outage/comments`;
  const post = {
    method: "POST",
    headers: { ...headers, "content-type": "application/json", "idempotency-key": randomUUID() },
    body: JSON.stringify({ content: "a comment during an outage" }),
  };
  const response = await fetch(comments, { ...(count % 2 ? { headers } : post), signal });
  await response.arrayBuffer();
  return response.status;
}

function figuresOf(name: string, requests: Request[], endedAt: number): Figure[] {
  const times = requests.map((request) => (request.endedAt - request.startedAt) * 1000);
  const failed = requests.filter(({ status }) => status === 0 || status >= 300);
  const lastFailure = Math.max(endedAt, ...failed.map((request) => request.startedAt));
  const share = (matches: (status: number) => boolean) =>
    (100 * requests.filter(({ status }) => matches(status)).length) / requests.length;
  return [
    { name: `${name}, p50 of a request`, value: quantile(times, 0.5), unit: "ms" },
    { name: `${name}, p99 of a request`, value: quantile(times, 0.99), unit: "ms" },
    {
      name: `${name}, succeeded`,
      value: share((status) => status >= 200 && status < 300),
      unit: "%",
      better: "higher",
    },
    { name: `${name}, 503`, value: share((status) => status === 503), unit: "%" },
    {
      name: `${name}, anything else`,
      value: share((status) => status !== 503 && (status < 200 || status >= 300)),
      unit: "%",
      target: { of: "value", atMost: 0 },
    },
    {
      name: `${name}, until the last request that failed began`,
      value: lastFailure - endedAt,
      unit: "s",
      target: { of: "value", atMost: 5 },
    },
  ];
}
