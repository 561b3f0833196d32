import { sendRequest } from "../http/send-request.ts";
import type { Stop } from "../listeners.ts";
import { DEFAULT_VIDEO_SETTINGS, type VideoSettings, paths } from "../wire.ts";
import { databaseUrl } from "./database-url.ts";

/** Most readers without the SDK's connection are signed out, and cannot post: a second stream for the settings would cost a connection for little. */
const INTERVAL_MS = 300_000;
const TIMEOUT_MS = 5_000;

/** Reads a video's settings over REST, now and every few minutes while the page is visible. What fails is tried again then. */
export function pollVideoSettings(base: string, videoId: string, onSettings: (settings: VideoSettings) => void): Stop {
  const ending = new AbortController();
  const { signal } = ending;
  const read = async () => {
    const request = { method: "GET", url: databaseUrl(base, paths.video(videoId)), timeoutMs: TIMEOUT_MS, signal };
    const { body } = await sendRequest<VideoSettings | null>(request);
    if (!signal.aborted) onSettings(body ?? DEFAULT_VIDEO_SETTINGS);
  };
  const readIfVisible = () => {
    if (document.visibilityState === "visible") read().catch(() => {});
  };
  read().catch(() => {});
  const timer = setInterval(readIfVisible, INTERVAL_MS * (0.75 + Math.random() / 2));
  return () => {
    ending.abort();
    clearInterval(timer);
  };
}
