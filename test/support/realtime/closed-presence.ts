import { readPage } from "../../unit/docs/pages.ts";
import { weakenRules } from "./rules.ts";

const [, line = "no line in docs/deploy.md"] =
  /^## Close presence$[^]*?^```json\n(".read": .*),\n```$/m.exec(readPage("docs/deploy.md")) ?? [];

/** The security rules with the line of docs/deploy.md that closes presence. */
export const CLOSED_PRESENCE = weakenRules(/(?<="presence": \{\s+"\$video_id": \{\s+)"\.read": true/, line);
