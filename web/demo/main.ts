import { Api, connectRealtime, LiveComments, SessionStore } from "../src/index.ts";
import { showAccount } from "./account.ts";
import { showComments } from "./comment-view.ts";
import { showComposer } from "./composer.ts";
import { byId } from "./dom.ts";

const videoId = new URLSearchParams(location.search).get("video") ?? "welcome";
byId("video-title", HTMLElement).textContent = videoId;

const sessions = new SessionStore(localStorage, window);
const api = new Api({
  base: "/v1",
  sessions,
  locks: navigator.locks,
  deviceInfo: { user_agent: navigator.userAgent.slice(0, 256), language: navigator.language },
});
showAccount(api, sessions, () => byId("content", HTMLElement).focus());

const realtime = await connectRealtime(api, sessions);
const comments = new LiveComments({ api, realtime, sessions }, videoId);
showComments(comments, sessions);
showComposer(comments, sessions);
