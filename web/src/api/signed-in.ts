/** What only people with a session need of the API. It is a file of its own, which a reader does not load. */
export { Refresher } from "./refresh.ts";
export { ROUTES } from "./routes.ts";
