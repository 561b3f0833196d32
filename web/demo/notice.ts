import { byId } from "./dom.ts";
import { messageOf } from "./messages.ts";

const notice = byId("notice", HTMLElement);

/** Runs what the reader asked for, and shows why if it fails. Returns whether it succeeded. */
export async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  clearNotice();
  try {
    await work();
    return true;
  } catch (error) {
    showNotice(messageOf(error), "error");
    return false;
  }
}

export function showNotice(message: string, kind: "error" | "news"): void {
  notice.dataset["kind"] = kind;
  notice.hidden = false;
  notice.textContent = message;
}

export function clearNotice(): void {
  notice.hidden = true;
  notice.textContent = "";
}
