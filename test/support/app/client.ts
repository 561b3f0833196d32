import { randomUUID } from "node:crypto";
import type { Comment, ChangePage, CommentPage } from "../../../functions/src/contract/comment.ts";
import type { Device, SignedIn } from "../../../functions/src/contract/account.ts";
import { contractOf } from "./contract.ts";
import type { Send } from "./send.ts";

/** The password of every test user. */
export const password = "correct horse battery";

export interface Reply<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: T;
}

/** A reply whose body is a comment, or a problem. */
export type CommentReply = Reply<{ comment: Comment; code: string; current: Comment }>;

interface SignIn {
  email?: string;
  password?: string;
  device?: { id: string; info?: Record<string, string>; tokens?: string[] };
}

/**
 * A client of the API, signed out or with a user's session. It checks every reply against the OpenAPI document, so each test also
 * proves that no status and no field is undocumented.
 */
export class Client {
  session: SignedIn | undefined;
  readonly #send: Send;
  readonly #headers: Record<string, string>;

  constructor(send: Send, session?: SignedIn, headers: Record<string, string> = {}) {
    this.session = session;
    this.#send = send;
    this.#headers = headers;
  }

  get id(): string {
    return this.#signedIn.user.id;
  }

  get email(): string {
    return this.#signedIn.user.email;
  }

  get username(): string {
    return this.#signedIn.user.username;
  }

  get accessToken(): string {
    return this.#signedIn.access_token;
  }

  get refreshToken(): string {
    return this.#signedIn.refresh_token;
  }

  get firebaseToken(): string {
    const { firebase_token: token } = this.#signedIn;
    if (token === null) throw new Error("no Firebase token was signed");
    return token;
  }

  /** The same session on another way to the API. */
  through(send: Send): Client {
    return new Client(send, this.session, this.#headers);
  }

  /** The same way to the API without a session. */
  get signedOut(): Client {
    return new Client(this.#send, undefined, this.#headers);
  }

  /** The same session from another network address. */
  from(address: string): Client {
    return new Client(this.#send, this.session, { ...this.#headers, "x-forwarded-for": address });
  }

  /** The same session, with these headers in each request. */
  withHeaders(headers: Record<string, string>): Client {
    return new Client(this.#send, this.session, { ...this.#headers, ...headers });
  }

  /** The same way to the API with another session. */
  with(session: SignedIn): Client {
    return new Client(this.#send, session, this.#headers);
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
        ...this.#headers,
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
    if (path !== "/openapi.json") (await contractOf(this.#send)).check(method, `/v1${path}`, reply);
    return reply;
  }

  /** Signs in by password, by default as the client's own user. The client keeps the session that it has. */
  signIn({ email = this.email, device = { id: "other" }, ...rest }: SignIn = {}): Promise<Reply<SignedIn>> {
    return this.signedOut.call("POST", "/sessions", { email, password, device, ...rest });
  }

  /** The same user, signed in on another device. */
  async onDevice(id: string): Promise<Client> {
    return this.with((await this.signIn({ device: { id } })).body);
  }

  /** Exchanges a refresh token. The client keeps the session that it has. */
  refresh(refreshToken: string = this.refreshToken): Promise<Reply<SignedIn>> {
    return this.signedOut.call("POST", "/sessions/refresh", { refresh_token: refreshToken });
  }

  signOut(): Promise<Reply> {
    return this.call("DELETE", "/sessions/current");
  }

  /** Whether the API still accepts the session. */
  async isSignedIn(): Promise<boolean> {
    return (await this.call("GET", "/users/me")).status === 200;
  }

  async devices(): Promise<Device[]> {
    return (await this.call<{ devices: Device[] }>("GET", "/devices")).body.devices;
  }

  post(videoId: string, content: string, key: string = randomUUID()): Promise<CommentReply> {
    return this.call("POST", `/videos/${videoId}/comments`, { content }, { "idempotency-key": key });
  }

  list(videoId: string, query = ""): Promise<Reply<CommentPage>> {
    return this.call("GET", `/videos/${videoId}/comments${query}`);
  }

  changes(videoId: string, query: string): Promise<Reply<ChangePage & { code: string }>> {
    return this.call("GET", `/videos/${videoId}/changes${query}`);
  }

  read(videoId: string, commentId: string): Promise<CommentReply> {
    return this.call("GET", commentPath(videoId, commentId));
  }

  /** @param tag the ETag of the version to change; by default whichever there is */
  edit(videoId: string, commentId: string, content: string, tag = "*"): Promise<CommentReply> {
    return this.call("PATCH", commentPath(videoId, commentId), { content }, { "if-match": tag });
  }

  delete(videoId: string, commentId: string, tag?: string): Promise<Reply> {
    return this.call(
      "DELETE",
      commentPath(videoId, commentId),
      undefined,
      tag === undefined ? {} : { "if-match": tag },
    );
  }

  /** Changes settings of a video, which takes a moderator. */
  configure(videoId: string, settings: Record<string, unknown>): Promise<Reply<{ video: { seq: number } }>> {
    return this.call("PATCH", `/videos/${videoId}`, settings);
  }

  get #signedIn(): SignedIn {
    if (!this.session) throw new Error("this client is signed out");
    return this.session;
  }
}

export const commentPath = (videoId: string, commentId: string) => `/videos/${videoId}/comments/${commentId}`;
