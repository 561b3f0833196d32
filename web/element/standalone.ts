import { LiveCommentsElement } from "./live-comments.ts";

// The script of the two lines: the API is where the script comes from. As a path on the site's own origin: then the element and a client
// of the site share one session.
const api = new URL("/v1", import.meta.url);
LiveCommentsElement.defaultApi = api.origin === location.origin ? api.pathname : api.href;

// Elements that are in the page already begin now.
if (!customElements.get("live-comments")) customElements.define("live-comments", LiveCommentsElement);
