import { Api, connectRealtime, LiveComments, SessionStore } from "../src/index.ts";
import { showAccount } from "./account.ts";
import { showComments } from "./comment-view.ts";
import { showComposer } from "./composer.ts";
import { byId } from "./dom.ts";
import { attempt, tell } from "./notice.ts";

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

const start = async () => {
  const comments = new LiveComments({ api, realtime: await connectRealtime(api, sessions), sessions }, videoId);
  showComments(comments, sessions);
  showComposer(comments, sessions);
};

// What the API takes for a video's name; the Realtime Database would throw at anything else.
const isName = /^[A-Za-z0-9_-]{1,128}$/.test(videoId);
if (!isName) tell("There is no video of this name.", "error");
byId("connection", HTMLElement).hidden = !isName || !(await attempt(start));
