import { LiveCommentsElement } from "./index.ts";

// The script of the two lines: the API is where the script comes from.
LiveCommentsElement.defaultApi = new URL("/v1", import.meta.url).href;
