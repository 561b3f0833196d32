import { randomUUID } from "node:crypto";
import type { Comment } from "../../functions/src/contract/comment.ts";
import type { SignedIn } from "../../functions/src/contract/account.ts";
import { contractOf } from "./openapi.ts";

/** `fetch`, or an app's own `request` without a server. Paths begin with /v1. */
export type Send = (path: string, init: RequestInit) => Response | Promise<Response>;

export interface Reply<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: T;
}

/** Speaks to the API as a client does; with a session, signed in. */
export class Client {
  readonly session: SignedIn | undefined;
  readonly #send: Send;

  constructor(send: Send, session?: SignedIn) {
    this.#send = send;
    this.session = session;
  }

  async call<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply<T>> {
    const response = await this.#send(`/v1${path}`, {
      method,
      headers: {
        ...(this.session ? { authorization: `Bearer ${this.session.access_token}` } : {}),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /[/+]json\b/.test(response.headers.get("content-type") ?? "");
    const reply = {
      status: response.status,
      headers: response.headers,
      body: text === "" ? undefined : isJson ? JSON.parse(text) : text,
    };
    // In every test, whatever it is about: no status and no body that the document does not have.
    if (path !== "/openapi.json") (await contractOf(this.#send)).check(method, `/v1${path}`, reply);
    return reply;
  }

  post(videoId: string, content: string, key: string = randomUUID()): Promise<Reply<{ comment: Comment }>> {
    return this.call("POST", `/videos/${videoId}/comments`, { content }, { "idempotency-key": key });
  }

  list(videoId: string): Promise<Reply<{ comments: Comment[]; next_cursor: string | null; seq: number }>> {
    return this.call("GET", `/videos/${videoId}/comments`);
  }

  delete(videoId: string, commentId: string): Promise<Reply> {
    return this.call("DELETE", `/videos/${videoId}/comments/${commentId}`);
  }
}

export const password = "correct horse battery";

/** Registers a new user and signs them in. */
export async function createUser(send: Send, name = `u${randomUUID().slice(0, 8)}`): Promise<Client> {
  const email = `${name}@example.com`;
  const anonymous = new Client(send);
  const registered = await anonymous.call("POST", "/users", { email, username: name, password });
  if (registered.status !== 201) throw new Error(`not registered: ${JSON.stringify(registered.body)}`);
  const signedIn = await anonymous.call<SignedIn>("POST", "/sessions", { email, password, device: { id: "test" } });
  if (signedIn.status !== 201) throw new Error(`not signed in: ${JSON.stringify(signedIn.body)}`);
  return new Client(send, signedIn.body);
}
