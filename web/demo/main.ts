import { DEVICE_INFO } from "../../functions/src/contract/limits.ts";
import { VIDEO_ID } from "../../functions/src/contract/patterns.ts";
import { Api, connectRealtime, LiveComments, SessionStore } from "../src/index.ts";
import { showAccount } from "./account.ts";
import { showComments } from "./comment-view.ts";
import { showComposer } from "./composer.ts";
import { byId } from "./dom.ts";
import { attempt, showNotice } from "./notice.ts";

const videoId = new URLSearchParams(location.search).get("video") ?? "welcome";
byId("video-title", HTMLElement).textContent = videoId;

const sessions = new SessionStore(localStorage, window);
const api = new Api({
  base: "/v1",
  sessions,
  locks: navigator.locks,
  deviceInfo: { user_agent: navigator.userAgent.slice(0, DEVICE_INFO.maxValueLength), language: navigator.language },
});
showAccount(api, sessions, () => byId("content", HTMLElement).focus());

const start = async () => {
  const comments = new LiveComments({ api, realtime: await connectRealtime(api, sessions), sessions }, videoId);
  showComments(comments, sessions);
  showComposer(comments, sessions);
};

// The Firebase SDK throws at a name that is no key.
const isName = VIDEO_ID.test(videoId);
if (!isName) showNotice("There is no video with this name.", "error");
byId("connection", HTMLElement).hidden = !isName || !(await attempt(start));
