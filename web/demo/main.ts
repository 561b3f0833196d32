import { DEVICE_INFO } from "../../functions/src/contract/limits.ts";
import { VIDEO_ID } from "../../functions/src/contract/patterns.ts";
import { createLiveComments } from "../src/index.ts";
import { showAccount } from "./account.ts";
import { showComments } from "./comment-view.ts";
import { showComposer } from "./composer.ts";
import { byId } from "./dom.ts";
import { showNotice } from "./notice.ts";

const videoId = new URLSearchParams(location.search).get("video") ?? "welcome";
byId("video-title", HTMLElement).textContent = videoId;

const client = createLiveComments({
  api: "/v1",
  deviceInfo: { user_agent: navigator.userAgent.slice(0, DEVICE_INFO.maxValueLength), language: navigator.language },
});
showAccount(client.session, () => byId("content", HTMLElement).focus());

// A name that is no key has no place in the Realtime Database.
const isName = VIDEO_ID.test(videoId);
byId("connection", HTMLElement).hidden = !isName;
if (isName) {
  const video = client.video(videoId);
  showComments(video, client.session);
  showComposer(video, client.session);
} else {
  showNotice("There is no video with this name.", "error");
}
