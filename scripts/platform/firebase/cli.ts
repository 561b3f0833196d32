import { join } from "node:path";
import { root } from "../paths.ts";

/** The Firebase CLI's program. */
export const FIREBASE_CLI = join(root, "node_modules/firebase-tools/lib/bin/firebase.js");

/** Its environment: how many seconds the functions may take to load. A slow, busy machine needs more than the default 10 and 30. */
export const CLI_ENVIRONMENT = { FUNCTIONS_DISCOVERY_TIMEOUT: "60" };
