import { plural } from "./plural.ts";

/** What a reader sees. Another language has the same keys. */
export const en = {
  title: "Comments",
  now: "now",
  you: "you",
  roles: { moderator: "moderator", admin: "admin" },
  retry: "Retry",

  live: "Live",
  connecting: "Connecting …",
  polling: "Updates every few seconds",
  offline: "Offline",
  offlineBanner: "You're offline. What you write is sent when you're back.",
  awayBanner: "Comments can't be reached. This tries again by itself.",
  watching: (count: number) => `${count} watching`,

  loading: "Loading comments …",
  empty: "No comments yet.",
  emptyHint: "Be the first.",
  noVideo: "There is no video with this name.",
  noVideoHint: "Check the name in the page's address.",
  loadingOlder: "Loading older comments …",
  olderFailed: "Older comments can't be loaded.",
  newComments: (count: number) => plural(count, "new comment", "new comments"),
  toNewest: "Jump to the newest",
  showMore: "Show more",
  showLess: "Show less",
  edited: "edited",

  sessionEnded: "Your session has ended. Sign in again; your text is kept.",
  signInToComment: "Sign in to comment",
  closed: "Comments are closed.",
  closedHint: "You can still read them.",

  signIn: "Sign in",

  unreachable: "The server can't be reached. Check your connection and try again.",
  reload: "Reload",
};

export type ReadingTexts = typeof en;
