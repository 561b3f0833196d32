import { type Push, pushDataText, isMerge } from "../data/push.ts";
import { exportText } from "../tree/json-text.ts";
import type { RequestError } from "../request-error.ts";
import type { Path } from "../tree/path.ts";

/** The messages of the realtime protocol, as text. `t` is "c" for control messages and "d" for data messages. */

export const PING = controlMessage("p", {});
/** The SDKs ignore a pong without `d`. */
export const PONG = controlMessage("o", null);
/** From either side: the WebSocket of an upgrade works. */
export const SWITCH_ACKNOWLEDGED = controlMessage("a", {});
/** From either side: the last message over the old transport of an upgrade. */
export const END_TRANSMISSION = controlMessage("n", {});
/** Makes the client give up an upgrade and stay with its transport. */
export const RESET = controlMessage("r", "");

function controlMessage(type: string, body: unknown): string {
  return JSON.stringify({ t: "c", d: { t: type, d: body } });
}

/** The first message of a session. Clients that were given no emulator host use `host` for their next connection. */
export function greetingMessage({ sessionId, host }: { sessionId: string; host: string }): string {
  return controlMessage("h", { ts: Date.now(), v: "5", h: host, s: sessionId });
}

/** Makes the client log the reason as a warning, and never connect again. */
export const shutdownMessage = (reason: string): string => controlMessage("s", reason);

/** A text that the client logs. */
export const errorMessage = (text: string): string => controlMessage("e", text);

/** @param dataText JSON */
export function responseMessage(request: number, status: string, dataText: string): string {
  return `{"t":"d","d":{"r":${request},"b":{"s":"${status}","d":${dataText}}}}`;
}

/** @param tag the tag of a filtered listen, or null for a default listen */
export function pushMessage(push: Push, tag: number | null): string {
  push.cachedMessage ??= untaggedPushStart(push);
  return tag === null ? `${push.cachedMessage}}}}` : `${push.cachedMessage},"t":${tag}}}}`;
}

function untaggedPushStart(push: Push): string {
  const action = isMerge(push.data) ? "m" : "d";
  const path = JSON.stringify(push.path.join("/"));
  return `{"t":"d","d":{"a":"${action}","b":{"p":${path},"d":${pushDataText(push, exportText)}`;
}

/** Tells the client that its token is not valid any more. The SDKs connect again with a new one. */
export function authRevokedMessage({ status, message }: RequestError): string {
  return JSON.stringify({ t: "d", d: { a: "ac", b: { s: status, d: message } } });
}

/**
 * Tells the client that a listen has lost its right.
 * @param queryText the query of a filtered listen, as the client sent it, as JSON; null for a default listen
 */
export function revocationMessage(path: Path, queryText: string | null): string {
  const query = queryText === null ? "" : `,"q":[${queryText}]`;
  return `{"t":"d","d":{"a":"c","b":{"p":${JSON.stringify(path.join("/"))}${query}}}}`;
}
