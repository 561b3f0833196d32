import type { LiveComments, SessionStore } from "../src/index.ts";
import { byId, whileBusy } from "./dom.ts";
import { attempt, tell } from "./notice.ts";

/** Characters (code points) of a comment, as the API counts them. */
const CONTENT_MAX = 2_000;
/** From here on the rest is counted. */
const CONTENT_NEAR_MAX = 1_800;

/** The form that posts. What is typed stays until it is posted, also over an error and a new sign-in. */
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
      if (posted.held) tell("Thank you. Comments here are reviewed: yours appears as soon as it is approved.", "news");
    };
    await attempt(publish);
    content.readOnly = false;
    showLength();
    content.focus();
  };

  const showLength = () => {
    const length = Array.from(content.value).length;
    content.setCustomValidity(length > CONTENT_MAX ? `${length - CONTENT_MAX} characters too many` : "");
    hint.textContent = length > CONTENT_NEAR_MAX ? `${length} of ${CONTENT_MAX} characters` : hintText;
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
