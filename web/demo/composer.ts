import { MAX_CONTENT_LENGTH } from "../../functions/src/contract/limits.ts";
import type { LiveComments, SessionStore } from "../src/index.ts";
import { byId, whileBusy } from "./dom.ts";
import { attempt, showNotice } from "./notice.ts";

/** The length is shown from here on. */
const LENGTH_SHOWN_FROM = MAX_CONTENT_LENGTH - 200;

/** The form that posts. The text stays until it is posted, even after an error and a new sign-in. */
export function showComposer(comments: LiveComments, sessions: SessionStore): void {
  const form = byId("composer", HTMLFormElement);
  const content = byId("content", HTMLTextAreaElement);
  const hint = byId("content-hint", HTMLElement);
  const button = form.querySelector("button") ?? form.appendChild(document.createElement("button"));
  const hintText = hint.textContent;

  const showSession = () => {
    form.hidden = sessions.current === undefined;
  };

  const post = async () => {
    const text = content.value;
    if (text.trim() === "") return;
    content.readOnly = true;
    const publish = async () => {
      const posted = await comments.post(text);
      content.value = "";
      if (posted.held) {
        showNotice("Thank you. Comments here are reviewed. Yours appears as soon as it is approved.", "news");
      }
    };
    await attempt(publish);
    content.readOnly = false;
    showLength();
    content.focus();
  };

  const showLength = () => {
    // In code points, as the API counts.
    const length = Array.from(content.value).length;
    const count = `${length.toLocaleString("en")} of ${MAX_CONTENT_LENGTH.toLocaleString("en")} characters`;
    content.setCustomValidity(length > MAX_CONTENT_LENGTH ? `Too long: ${count}` : "");
    hint.textContent = length > LENGTH_SHOWN_FROM ? count : hintText;
  };

  content.addEventListener("input", showLength);
  content.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void whileBusy(button, post);
  });

  sessions.subscribe(showSession);
  showSession();
}
