import { byId } from "./dom.ts";
import { messageOf } from "./messages.ts";

const notice = byId("notice", HTMLElement);

/** Does what the reader has asked for, and tells them when it fails. Gives whether it was done. */
export async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  clear();
  try {
    await work();
    return true;
  } catch (error) {
    tell(messageOf(error), "error");
    return false;
  }
}

export function tell(message: string, kind: "error" | "news"): void {
  notice.dataset["kind"] = kind;
  notice.hidden = false;
  notice.textContent = message;
}

export function clear(): void {
  notice.hidden = true;
  notice.textContent = "";
}
