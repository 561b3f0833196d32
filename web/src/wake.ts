import type { Stop } from "./listeners.ts";

/** A page that was hidden for this long may have slept, and its connections may be dead without a word. */
const HIDDEN_MS = 60_000;

/** Calls the listener when the network is back, or the page comes back from sleep, from the back-forward cache or from being frozen. */
export function onWake(listener: () => void): Stop {
  let hiddenAt: number | undefined;
  const onVisibility = () => {
    if (document.visibilityState === "hidden") hiddenAt = Date.now();
    else if (hiddenAt !== undefined && Date.now() - hiddenAt > HIDDEN_MS) listener();
  };
  const onShow = (event: PageTransitionEvent) => {
    if (event.persisted) listener();
  };
  addEventListener("online", listener);
  addEventListener("pageshow", onShow);
  document.addEventListener("resume", listener);
  document.addEventListener("visibilitychange", onVisibility);
  return () => {
    removeEventListener("online", listener);
    removeEventListener("pageshow", onShow);
    document.removeEventListener("resume", listener);
    document.removeEventListener("visibilitychange", onVisibility);
  };
}
