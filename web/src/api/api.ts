import { hasCode, signedOut } from "../http/errors.ts";
import { withRetries } from "../http/retry.ts";
import { type HttpRequest, type HttpResponse, type MoreHeaders, sendRequest } from "../http/send-request.ts";
import type { Session, SessionStore } from "../session/session-store.ts";
import { buildRequest } from "./build-request.ts";
import { type OperationName, type Parameters, type Result, operationNames, ROUTES } from "./operations.ts";
import { type RefresherOptions, Refresher } from "./refresh.ts";

export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** Only as this user; `unauthenticated` if somebody else is signed in. */
  as?: string | undefined;
  /** How often to try. By default, reads are tried 4 times and everything else once. */
  attempts?: number;
  /** Whether the browser sends it also when the page is left meanwhile. */
  keepalive?: boolean;
}

/** An operation of the API as a method: `api.listDevices()`, `api.getVideo({ video_id })`. */
export type Calls = {
  [N in OperationName]: (parameters: Parameters<N>, options?: CallOptions) => Promise<Result<N>>;
};

const READ_ATTEMPTS = 4;
/** Operations that are sent without the session, even if there is one: each brings its own proof, or needs none. */
const PUBLIC = new Set<OperationName>([
  "register",
  "signIn",
  "getRealtimeSettings",
  "listComments",
  "listChanges",
  "getVideo",
]);

/**
 * The HTTP API. Every call throws ApiError or NetworkError, or the reason of an aborted signal. A refused access token is exchanged once,
 * and the request sent again.
 */
export class Api {
  readonly #base: string;
  readonly #sessions: SessionStore;
  readonly #refresher: Refresher;
  readonly #wait: RefresherOptions["wait"];
  readonly #moreHeaders: MoreHeaders | undefined;

  constructor(options: RefresherOptions) {
    this.#base = options.base;
    this.#sessions = options.sessions;
    this.#wait = options.wait;
    this.#moreHeaders = options.moreHeaders;
    this.#refresher = new Refresher(options);
  }

  async call<N extends OperationName>(
    name: N,
    parameters: Parameters<N>,
    options: CallOptions = {},
  ): Promise<Result<N>> {
    return (await this.send(name, parameters, options)).body;
  }

  /** As `call`, with the response's headers. */
  async send<N extends OperationName>(
    name: N,
    parameters: Parameters<N>,
    { signal, as, keepalive, attempts = ROUTES[name].startsWith("GET") ? READ_ATTEMPTS : 1 }: CallOptions = {},
  ): Promise<HttpResponse<Result<N>>> {
    const request: HttpRequest = { ...this.#request(name, parameters), signal, keepalive };
    const isPublic = PUBLIC.has(name) || (name === "getComment" && !this.#sessions.current);
    const session = isPublic ? undefined : this.#session(as);
    return withRetries(() => (session ? this.#sendAs<Result<N>>(session, request) : sendRequest<Result<N>>(request)), {
      attempts,
      signal,
      wait: this.#wait,
    });
  }

  /** Every operation as a method. */
  get calls(): Calls {
    const calls: Partial<Record<OperationName, unknown>> = {};
    for (const name of operationNames) {
      calls[name] = (parameters: never, options?: CallOptions) => this.call(name, parameters, options);
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the loop has set every operation
    return calls as Calls;
  }

  /** Ends a session that is not the browser's any more. Safe to repeat. */
  async endSession(session: Session): Promise<void> {
    const request = this.#request("signOut", undefined);
    try {
      await sendRequest<void>(authorized(request, session.accessToken));
    } catch (error) {
      if (!hasCode(error, "unauthenticated")) throw error;
      const renewed = await this.#refresher.exchange(session.refreshToken).catch((reason: unknown) => {
        // It has ended already.
        if (!hasCode(reason, "invalid_refresh_token")) throw reason;
      });
      if (renewed) await sendRequest<void>(authorized(request, renewed.access_token));
    }
  }

  #request<N extends OperationName>(name: N, parameters: Parameters<N>): HttpRequest {
    return { ...buildRequest(this.#base, name, parameters), moreHeaders: this.#moreHeaders };
  }

  #session(as?: string): Session {
    const session = this.#sessions.current;
    if (!session || (as !== undefined && session.user.id !== as)) throw signedOut();
    return session;
  }

  /** Sends as this session's user, with the tokens that the browser has for that user now. */
  async #sendAs<T>({ user }: Session, request: HttpRequest): Promise<HttpResponse<T>> {
    // Somebody else may have signed in in another tab. Nothing is done in their name.
    const session = this.#session(user.id);
    try {
      return await sendRequest<T>(authorized(request, session.accessToken));
    } catch (error) {
      if (!hasCode(error, "unauthenticated")) throw error;
      const renewed = await this.#refresher.refresh(session);
      if (renewed.user.id !== user.id) throw signedOut();
      return sendRequest<T>(authorized(request, renewed.accessToken));
    }
  }
}

function authorized(request: HttpRequest, accessToken: string): HttpRequest {
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${accessToken}` } };
}
