import { randomBytes, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { APP_CHECK_HEADER } from "../../functions/src/contract/app-check.ts";
import { paths } from "../../functions/src/contract/realtime-paths.ts";
import { Problem } from "../platform/problem.ts";
import { listen } from "./listen.ts";

export interface SmokeOptions {
  /** Where the API is, without `/v1`. */
  site: string;
  /** The video that gets the comment; it must exist where `VIDEO_IDS` is `registered`. */
  videoId?: string;
  /** Sent with each request, where the API requires App Check. */
  appCheckToken?: string | undefined;
  /** For each request, and for the comment to arrive. */
  timeoutMs?: number;
}

const ready = z.looseObject({ status: z.string() });
const settings = z.looseObject({ database_url: z.url() });
const signedIn = z.looseObject({ access_token: z.string(), firebase_token: z.string().nullable() });
const posted = z.looseObject({ comment: z.looseObject({ id: z.string() }) });
const nothing = z.unknown();

class ErrorResponse extends Problem {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

interface Call {
  method?: string;
  body?: unknown;
  token?: string;
  headers?: Record<string, string>;
}

/**
 * Uses a deployment from outside as a stranger does: registers, signs in, posts, hears the comment, deletes it, and hears that too. Yields
 * a line for each step. A user named `smoke-…` stays, without comments.
 * @throws Problem that names the step, for an error response or what was not heard; any other error as it is
 */
export async function* smoke({
  site,
  videoId = "smoke-test",
  appCheckToken,
  timeoutMs = 30_000,
}: SmokeOptions): AsyncGenerator<string> {
  async function call<T>(
    schema: z.ZodType<T>,
    path: string,
    { method = "GET", body, token, headers }: Call = {},
  ): Promise<T> {
    const response = await fetch(`${site}/v1${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(appCheckToken && { [APP_CHECK_HEADER]: appCheckToken }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    if (!response.ok) {
      const message = `${method} /v1${path} answered ${response.status}: ${text.slice(0, 300)}`;
      throw new ErrorResponse(message, response.status);
    }
    return schema.parse(text === "" ? undefined : JSON.parse(text));
  }

  await untilReady(() => call(ready, "/ready"), timeoutMs);
  yield "the API reaches what it needs";

  const name = `smoke-${randomBytes(6).toString("hex")}`;
  const account = { email: `${name}@example.com`, password: randomBytes(24).toString("base64url") };
  await call(nothing, "/users", { method: "POST", body: { ...account, username: name } });
  const session = { method: "POST", body: { ...account, device: { id: "smoke-test" } } };
  const { access_token: token, firebase_token: firebaseToken } = await call(signedIn, "/sessions", session);
  yield firebaseToken === null
    ? "a user registers and signs in, but no Firebase token can be signed: there is no presence (alert firebase_tokens)"
    : "a user registers and signs in";

  const place = `/videos/${encodeURIComponent(videoId)}/comments`;
  const ending = new AbortController();
  const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(timeoutMs * 2)]);
  /** What is deleted if something fails. */
  const left = ["/sessions/current"];
  try {
    const { database_url: databaseUrl } = await call(settings, "/realtime");
    const changes = listen(databaseUrl, paths.comments(videoId), signal);
    // The first event is what is there.
    await changes.next();
    const { comment } = await call(posted, place, {
      method: "POST",
      token,
      headers: { "idempotency-key": randomUUID() },
      body: { content: "A smoke test: this comment goes away by itself." },
    });
    left.unshift(`${place}/${comment.id}`);
    await waitFor(changes, (text) => text.includes(comment.id), "the comment");
    yield "a comment is posted, and a listener hears it";

    await call(nothing, `${place}/${comment.id}`, { method: "DELETE", token });
    await waitFor(changes, (text) => text.includes(comment.id) && text.includes("null"), "the deletion");
    yield "it is deleted, and the listener hears that";
  } catch (error) {
    for (const path of left) await call(nothing, path, { method: "DELETE", token }).catch(() => {});
    throw error;
  } finally {
    ending.abort();
  }
  await call(nothing, "/sessions/current", { method: "DELETE", token });
}

/** `GET /v1/ready` gives each dependency a second. A cold instance may need longer, so it is asked again. */
async function untilReady(ask: () => Promise<{ status: string }>, timeoutMs: number): Promise<void> {
  const endsAt = performance.now() + timeoutMs;
  for (;;) {
    let problem: Problem;
    try {
      const { status } = await ask();
      if (status === "ok") return;
      problem = new Problem(`GET /v1/ready says ${status}: a dependency is away`);
    } catch (error) {
      if (!(error instanceof ErrorResponse) || error.status !== 503) throw error;
      problem = error;
    }
    if (performance.now() > endsAt) throw problem;
    await sleep(500);
  }
}

async function waitFor(
  changes: ReturnType<typeof listen>,
  isIt: (text: string) => boolean,
  what: string,
): Promise<void> {
  for (;;) {
    const next = await changes.next().catch((error: unknown) => {
      throw new Problem(`the listener did not hear ${what}: ${String(error)}`, { cause: error });
    });
    if (next.done) throw new Problem(`the listener did not hear ${what}`);
    if (isIt(JSON.stringify(next.value))) return;
  }
}
