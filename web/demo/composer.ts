import { MAX_CONTENT_LENGTH } from "../../functions/src/contract/limits.ts";
import type { UserSession, Video } from "../src/index.ts";
import { byId, whileBusy } from "./dom.ts";
import { attempt } from "./notice.ts";

/** The length is shown from here on. */
const LENGTH_SHOWN_FROM = MAX_CONTENT_LENGTH - 200;

/** The form that posts. It is free at once; the list shows what becomes of the message. What is not posted yet survives a reload. */
export function showComposer(video: Video, session: UserSession): void {
  const form = byId("composer", HTMLFormElement);
  const content = byId("content", HTMLTextAreaElement);
  const hint = byId("content-hint", HTMLElement);
  const button = form.querySelector("button") ?? form.appendChild(document.createElement("button"));
  const hintText = hint.textContent;

  let author: string | undefined;
  const showSession = () => {
    const { user } = session;
    form.hidden = user === undefined;
    // What one user wrote is not shown to the next. It comes back with its author.
    if (user && user.id !== author) {
      author = user.id;
      content.value = video.draft;
      showLength();
    }
  };

  const post = async () => {
    const text = content.value;
    if (text.trim() === "") return;
    content.value = "";
    showLength();
    if (!(await attempt(() => video.post(text)))) content.value = text;
    content.focus();
  };

  const showLength = () => {
    // In code points, as the API counts.
    const length = Array.from(content.value).length;
    const count = `${length.toLocaleString("en")} of ${MAX_CONTENT_LENGTH.toLocaleString("en")} characters`;
    content.setCustomValidity(length > MAX_CONTENT_LENGTH ? `Too long: ${count}` : "");
    hint.textContent = length > LENGTH_SHOWN_FROM ? count : hintText;
  };

  content.addEventListener("input", () => {
    video.draft = content.value;
    showLength();
  });
  content.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void whileBusy(button, post);
  });

  session.subscribe(showSession);
}
