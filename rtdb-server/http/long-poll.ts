import { invalid } from "../refusal.ts";
import { Poll } from "./poll.ts";
import type { Session } from "../session/session.ts";
import type { Sessions } from "../session/sessions.ts";
import type { Call } from "./call.ts";

interface Polled {
  readonly poll: Poll;
  readonly session: Session;
}

/** `/.lp`: the way in for a browser that believes WebSockets to be blocked; it moves to one when it finds that they are not. */
export class LongPolls {
  readonly #sessions: Sessions;
  readonly #polled = new Map<string, Polled>();
  readonly #sweep: NodeJS.Timeout;

  /** @param halfOpenMs a browser that has not polled for this long is gone; a live one polls every 25 s */
  constructor(sessions: Sessions, halfOpenMs: number) {
    this.#sessions = sessions;
    this.#sweep = setInterval(() => {
      for (const { poll, session } of this.#polled.values())
        if (poll.lastSeen < Date.now() - halfOpenMs) this.#end(session, poll);
    }, halfOpenMs / 2);
  }

  handle(call: Call): void {
    if (call.param("start") === "t") return this.#start(call);
    const polled = this.#polled.get(call.param("id") ?? "");
    if (polled === undefined || polled.poll.password !== call.param("pw")) throw invalid("No such session");
    const { poll, session } = polled;
    if (call.param("dframe") === "t") return this.#farewellPage(call, session, poll);
    if (call.param("disconn") === "t") {
      this.#end(session, poll);
      call.response.writeHead(204).end();
      return;
    }
    try {
      for (const message of poll.segments.read(call.url.searchParams)) session.receive(message);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#end(session, poll);
      throw invalid(error.message);
    }
    poll.answer(call.response);
  }

  #start(call: Call): void {
    const callback = call.param("cb") ?? "";
    if (!/^\d{0,9}$/.test(callback)) throw invalid("Bad callback number");
    const namespace = this.#sessions.namespaceOf(call.url);
    if (namespace === null) throw invalid("Bad namespace");
    const poll = new Poll(callback, () => this.#end(session, poll));
    const session = this.#sessions.open(call.url, namespace, poll, call.request.headers.host ?? "localhost");
    this.#polled.set(session.id, { poll, session });
    poll.start(call.response, session.id);
  }

  /** A page in a hidden frame that says farewell when the browser leaves. */
  #farewellPage(call: Call, session: Session, poll: Poll): void {
    const url = `/.lp?disconn=t&id=${session.id}&pw=${poll.password}`;
    call.response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    call.response.end(
      `<!doctype html><script>addEventListener("pagehide", () => navigator.sendBeacon("${url}"));</script>`,
    );
  }

  /** The polls end; the session too, unless it has moved to a WebSocket. */
  #end(session: Session, poll: Poll): void {
    this.#polled.delete(session.id);
    if (session.isCarriedBy(poll)) this.#sessions.close(session);
  }

  close(): void {
    clearInterval(this.#sweep);
  }
}
