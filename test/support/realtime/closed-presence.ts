import { readPage } from "../../unit/docs/pages.ts";
import { weakenRules } from "./rules.ts";

const [, line = "no line in docs/deploy.md"] =
  /^## Close presence$[^]*?^```json\n(".read": .*),\n```$/m.exec(readPage("docs/deploy.md")) ?? [];

const closed = weakenRules(/(?<="presence": \{\s+"\$video_id": \{\s+)"\.read": true/, line);

/** The security rules with the line of docs/deploy.md that closes presence; as the document says, below `typing` too. */
export const CLOSED_PRESENCE = closed.replace(/(?<="typing": \{\s+"\$video_id": \{\s+)"\.read": true/, line);
