import { hasCode, signedOut } from "../http/errors.ts";
import { loadCode } from "../http/load-code.ts";
import { withRetries } from "../http/retry.ts";
import { type HttpRequest, type HttpResponse, sendRequest } from "../http/send-request.ts";
import type { Session } from "../session/session-store.ts";
import { buildRequest } from "./build-request.ts";
import { type OperationName, type Parameters, READING_ROUTES, type Result, type Route } from "./operations.ts";
import type { Refresher, RefresherOptions } from "./refresh.ts";
import type { ROUTES } from "./routes.ts";

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
const PREPARED_MS = 120_000;
/** Operations that bring their own proof, so that they are sent without the session, even if there is one. */
const OWN_PROOF = new Set<OperationName>(["register", "signIn"]);

/** What is loaded when there is a session, or another operation than those of readers is called. */
interface SignedInPart {
  routes: typeof ROUTES;
  refresher: Refresher;
}

/**
 * The HTTP API. Every call throws ApiError or NetworkError, or the reason of an aborted signal. A refused access token is exchanged once,
 * and the request sent again.
 */
export class Api {
  readonly #options: RefresherOptions;
  #loading: Promise<SignedInPart> | undefined;
  /** Used without waiting, because a page that is left does not come to what is awaited. */
  #signedIn: SignedInPart | undefined;

  constructor(options: RefresherOptions) {
    this.#options = options;
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
    { signal, as, keepalive, attempts }: CallOptions = {},
  ): Promise<HttpResponse<Result<N>>> {
    const { sessions, wait } = this.#options;
    const readingRoute = READING_ROUTES[name];
    const routes: Partial<Record<OperationName, Route>> = readingRoute
      ? READING_ROUTES
      : (this.#signedIn ?? (await this.load())).routes;
    const route = routes[name];
    if (route === undefined) throw new TypeError(`the API has no operation ${name}`);
    const request: HttpRequest = { ...this.#request(route, parameters), signal, keepalive };
    const isPublic = readingRoute !== undefined || OWN_PROOF.has(name) || (name === "getComment" && !sessions.current);
    const session = isPublic ? undefined : this.#session(as);
    return withRetries(() => (session ? this.#sendAs<Result<N>>(session, request) : sendRequest<Result<N>>(request)), {
      attempts: attempts ?? (route.startsWith("GET") ? READ_ATTEMPTS : 1),
      signal,
      wait,
    });
  }

  /** Every operation as a method. Their list is loaded with the first call. */
  get calls(): Calls {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each property that is read becomes a method
    return new Proxy({} as Calls, {
      get: (_, name) => {
        // A promise that resolves to it looks for `then`.
        if (typeof name === "symbol" || name === "then") return undefined;
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `send` refuses other names
        return (parameters: never, options?: CallOptions) => this.call(name as OperationName, parameters, options);
      },
    });
  }

  /** Loads what only a session needs. @throws NetworkError */
  async load(): Promise<SignedInPart> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  /** Makes sure that a request succeeds at its first try, as one of a page that is left has to, for the next two minutes. */
  async prepare(): Promise<void> {
    const { sessions, moreHeaders } = this.#options;
    const { refresher } = await this.load();
    const { current } = sessions;
    if (current && (current.expiresAt ?? 0) < Date.now() + PREPARED_MS) await refresher.refresh(current);
    else await moreHeaders?.();
  }

  /** Ends a session that is not the browser's any more. Safe to repeat. */
  async endSession(session: Session): Promise<void> {
    const { routes, refresher } = await this.load();
    const request = this.#request(routes.signOut, undefined);
    try {
      await sendRequest<void>(authorized(request, session.accessToken));
    } catch (error) {
      if (!hasCode(error, "unauthenticated")) throw error;
      const renewed = await refresher.exchange(session.refreshToken).catch((reason: unknown) => {
        // It has ended already.
        if (!hasCode(reason, "invalid_refresh_token")) throw reason;
      });
      if (renewed) await sendRequest<void>(authorized(request, renewed.access_token));
    }
  }

  #request(route: Route, parameters: object | void): HttpRequest {
    const { base, moreHeaders } = this.#options;
    return { ...buildRequest(base, route, parameters), moreHeaders };
  }

  async #load(): Promise<SignedInPart> {
    const { ROUTES: routes, Refresher: Exchange } = await loadCode(() => import("./signed-in.ts"));
    this.#signedIn = { routes, refresher: new Exchange(this.#options) };
    return this.#signedIn;
  }

  #session(as?: string): Session {
    const session = this.#options.sessions.current;
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
      const { refresher } = await this.load();
      const renewed = await refresher.refresh(session);
      if (renewed.user.id !== user.id) throw signedOut();
      return sendRequest<T>(authorized(request, renewed.accessToken));
    }
  }
}

function authorized(request: HttpRequest, accessToken: string): HttpRequest {
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${accessToken}` } };
}
