/** Sends a request to the API: `fetch` to a server, or the app's own `request` in this process. A path begins with /v1. */
export type Send = (path: string, init: RequestInit) => Response | Promise<Response>;
