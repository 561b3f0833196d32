import { randomUUID } from "node:crypto";
import { pause } from "../timings.ts";

const LOOPS = 12;
const PAUSE_MS = 50;
/** The load goes to `v0`, `v1`, … */
export const VIDEOS = 20_000;
/** The share of requests that go to one video. */
const HOT_SHARE = 0.2;
/** A token is valid for 15 minutes. */
const TOKEN_MS = 600_000;
/** Comments whose id is kept, to edit and delete them. */
const MAX_KEPT = 1_000;

interface Kept {
  path: string;
  user: number;
}

interface Load {
  run: (seconds: number) => Promise<void>;
  /** Requests so far. */
  done: () => number;
}

/**
 * What people do: mostly read, sometimes post, edit and delete, seldom sign in. Each loop pauses between two requests, so the rate falls if
 * the service becomes slower.
 */
export function mixedLoad(url: string, signTokens: () => string[]): Load {
  let tokens = signTokens();
  let done = 0;
  let nextUser = 0;
  const kept: Kept[] = [];

  async function send(
    method: string,
    path: string,
    expected: number[],
    options: { user?: number; body?: object; headers?: object } = {},
  ) {
    const user = options.user ?? (nextUser += 1) % tokens.length;
    const headers = {
      "x-forwarded-for": `10.0.${user >> 8}.${user & 255}`,
      ...(options.body && { "content-type": "application/json" }),
      ...(method !== "GET" && { authorization: `Bearer ${tokens[user]}` }),
      ...options.headers,
    };
    const response = await fetch(`${url}${path}`, {
      method,
      headers,
      ...(options.body && { body: JSON.stringify(options.body) }),
    });
    const text = await response.text();
    if (!expected.includes(response.status)) throw new Error(`${method} ${path} got ${response.status}: ${text}`);
    done += 1;
    return { user, text };
  }

  const comments = () => {
    const video = Math.random() < HOT_SHARE ? 0 : Math.floor(Math.random() * VIDEOS);
    return `/v1/videos/v${video}/comments`;
  };

  async function post(): Promise<void> {
    const path = comments();
    const { user, text } = await send("POST", path, [201], {
      headers: { "idempotency-key": randomUUID() },
      body: { content: `What a chorus! ${"So good. ".repeat(Math.floor(Math.random() * 20))}` },
    });
    const { comment } = JSON.parse(text) as { comment: { id: string } };
    kept.push({ path: `${path}/${comment.id}`, user });
    if (kept.length > MAX_KEPT) kept.shift();
  }

  async function readOlder(): Promise<void> {
    const path = comments();
    const { text } = await send("GET", `${path}?limit=50`, [200]);
    const { next_cursor: cursor } = JSON.parse(text) as { next_cursor: string | null };
    if (cursor !== null) await send("GET", `${path}?limit=50&cursor=${cursor}`, [200]);
  }

  async function changeOne(method: "PATCH" | "DELETE"): Promise<void> {
    const [one] = kept.splice(Math.floor(Math.random() * kept.length), 1);
    if (!one) return;
    const content = "What a chorus! Edited.";
    const options = method === "PATCH" ? { headers: { "if-match": "*" }, body: { content } } : {};
    await send(method, one.path, [200, 204], { user: one.user, ...options });
  }

  const signInWrongly = () =>
    send("POST", "/v1/sessions", [401, 429], {
      body: {
        email: `nobody-${randomUUID()}@example.com`,
        password: "correct horse battery staple",
        device: { id: randomUUID() },
      },
    });

  const ACTIONS: [share: number, act: () => Promise<unknown>][] = [
    [50, () => send("GET", `${comments()}?limit=20`, [200])],
    [8, readOlder],
    [8, () => send("GET", `${comments().replace("/comments", "/changes")}?after=0&limit=50`, [200])],
    [25, post],
    [5, () => changeOne("PATCH")],
    [3, () => changeOne("DELETE")],
    [1, signInWrongly],
  ];

  function anyAction(): () => Promise<unknown> {
    let left = Math.random() * 100;
    for (const [share, act] of ACTIONS) {
      left -= share;
      if (left < 0) return act;
    }
    return post;
  }

  return {
    async run(seconds) {
      const timer = setInterval(() => (tokens = signTokens()), TOKEN_MS);
      const endsAt = performance.now() + seconds * 1000;
      const loop = async () => {
        while (performance.now() < endsAt) {
          await anyAction()();
          await pause(PAUSE_MS);
        }
      };
      try {
        await Promise.all(Array.from({ length: LOOPS }, loop));
      } finally {
        clearInterval(timer);
      }
    },
    done: () => done,
  };
}
