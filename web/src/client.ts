import { Api, type Calls } from "./api/api.ts";
import type { AppCheckSource } from "./api/app-check.ts";
import { lastHeaders } from "./http/last-headers.ts";
import type { Stop } from "./listeners.ts";
import type { FirebaseSettings } from "./live/firebase-settings.ts";
import { Sources } from "./live/sources.ts";
import { lazyOutbox } from "./outbox/load.ts";
import { Drafts } from "./session/drafts.ts";
import { SessionStore } from "./session/session-store.ts";
import { UserSession } from "./session/session.ts";
import { browserStorage } from "./session/storage.ts";
import { lazyDatabase } from "./storage/load.ts";
import { CopyKeeper } from "./video/copy-keeper.ts";
import { createVideoApi } from "./video/video-api.ts";
import { Follower } from "./video/follow.ts";
import { LiveSettings } from "./video/settings.ts";
import { Timeline } from "./video/timeline.ts";
import { VideoPresence } from "./video/presence.ts";
import { Video } from "./video/video.ts";
import { onWake } from "./wake.ts";

export interface LiveCommentsOptions {
  /** Where the API is, `/v1` included: `/v1`, or `https://comments.example.com/v1` of another origin. */
  api: string;
  /** The Firebase project's public settings. Without them, they are fetched from the API and from Firebase Hosting. */
  firebase?: FirebaseSettings;
  /** Where the API requires App Check: gives the token of the site's Firebase app. */
  appCheck?: AppCheckSource;
  /** Helps users to recognize this browser in the list of their devices. */
  deviceInfo?: Record<string, string>;
}

export interface LiveComments {
  /** Who is signed in, and how to change it. */
  readonly session: UserSession;
  /** The operations of the API for browsers, under their names in the OpenAPI document. */
  readonly api: Calls;
  /** The comments of a video, live until it is closed. */
  video: (id: string) => Video;
  /** Ends everything: connections, timers, listeners. */
  close: () => Promise<void>;
}

/** Connects a page to live-comments. It works beside the site's own Firebase app, and several times on a page. */
export function createLiveComments(options: LiveCommentsOptions): LiveComments {
  const base = options.api.replace(/\/+$/, "");
  // The sites of one origin may use several APIs, each with users of its own.
  const name = base === "/v1" ? "live-comments" : `live-comments ${base}`;
  const sessions = new SessionStore(browserStorage(), window, name);
  // Missing on plain http.
  const locks: LockManager | undefined = navigator.locks;
  const { appCheck } = options;
  // Loaded late: few sites have it.
  const moreHeaders =
    appCheck && lastHeaders(async () => (await import("./api/app-check.ts")).appCheckHeader(appCheck));
  const api = new Api({ base, sessions, locks, name, moreHeaders });
  const session = new UserSession(api, sessions, options.deviceInfo ?? defaultDeviceInfo());
  const hosting = new URL("/__/firebase/init.json", new URL(base, location.href)).href;
  const sources = new Sources({ api, sessions, settings: options.firebase, hosting });
  const drafts = new Drafts(sessions);
  const database = lazyDatabase(name);
  const outbox = lazyOutbox(async () => {
    const [{ Outbox }, { OutboxStore }] = await Promise.all([
      import("./outbox/outbox.ts"),
      import("./storage/outbox-store.ts"),
    ]);
    return new Outbox({ api, sessions, store: new OutboxStore(database.load), locks, name });
  });
  const videos = new Set<Video>();

  // Messages that an earlier page left are sent as soon as their user is there.
  const loadForUser = () => {
    if (!sessions.current) return;
    for (const part of [api, outbox]) part.load().catch(() => undefined);
  };
  const stops: Stop[] = [
    sessions.subscribe(loadForUser),
    sources.subscribe(() => videos.forEach((video) => video.reconnect())),
    onWake(() => {
      sessions.check();
      session.resume();
      // Their code may not have been loaded: the page began offline.
      loadForUser();
      outbox.loaded()?.wake(true);
      for (const video of videos) video.reconnect();
    }),
  ];
  loadForUser();

  return {
    session,
    api: api.calls,
    video(id) {
      const timeline = new Timeline();
      const videoApi = createVideoApi(api, id);
      const video = new Video({
        id,
        api,
        drafts,
        timeline,
        settings: (onChange) => new LiveSettings(id, videoApi, onChange),
        follower: (settings, onChange) =>
          new Follower({ videoId: id, timeline, api: videoApi, sources, settings, onChange }),
        outbox,
        copies: new CopyKeeper(id, timeline, database.copies),
        presence: new VideoPresence({ videoId: id, api, sessions, sources, page: window }),
        onClose: () => videos.delete(video),
      });
      videos.add(video);
      return video;
    },
    async close() {
      for (const stop of stops) stop();
      for (const video of videos) video.close();
      session.close();
      await Promise.all([outbox.close(), sources.close()]);
      sessions.close();
      await database.close();
    },
  };
}

function defaultDeviceInfo(): Record<string, string> {
  const { userAgent, language } = navigator;
  return { user_agent: userAgent.slice(0, 100), language };
}
