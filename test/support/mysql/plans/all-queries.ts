import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ACCOUNT_QUERIES } from "./account-queries.ts";
import { COMMENT_QUERIES } from "./comment-queries.ts";
import { MODERATION_QUERIES } from "./moderation-queries.ts";
import type { PlanQuery } from "./query.ts";
import { RELAY_QUERIES } from "./relay-queries.ts";

export const ALL_QUERIES: PlanQuery[] = [
  ...COMMENT_QUERIES,
  ...RELAY_QUERIES,
  ...ACCOUNT_QUERIES,
  ...MODERATION_QUERIES,
];

const HERE = import.meta.dirname;
const TABLES = join(HERE, "../../../../functions/src/tables");

/** What needs no plan: it only inserts, only maps rows, or is a part of functions that are in the lists. */
const WITHOUT_PLAN = [
  /\.(insert|to)[A-Z]\w*$/,
  /^bans\.upsertBan$/,
  /^comments\.(comments|newest|changes)Query$/,
  /^idle\.idleFor$/,
  /^rateLimits\.(addPointsStatements|valuesAfterEach)$/,
  /^relayBatches\.findVideosToRelay$/,
  /^slowModeTurns\.recordTurn$/,
  /^userMirrors\.takeMirrorSeq$/,
  /^videos\.(takeSeqs?|takeSeqsStatements|seqExpression|createVideo)$/,
];
/** These insert what they select. */
const WITH_PLAN = ["commentRevisions.insertRevision", "comments.insertApprovedComment"];

/** The functions of `tables/` that none of the lists calls, as `module.function`. */
export function unlistedFunctions(): string[] {
  const lists = readdirSync(HERE)
    .filter((name) => name.endsWith("-queries.ts"))
    .map((name) => readFileSync(join(HERE, name), "utf8"))
    .join("\n");
  const files = readdirSync(TABLES, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const functions = files.flatMap((file) => {
    const module = basename(file, ".ts").replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    const source = readFileSync(join(TABLES, file), "utf8");
    return Array.from(source.matchAll(/^export (?:async )?function (\w+)/gm), ([, name]) => `${module}.${name}`);
  });
  return functions
    .filter((name) => WITH_PLAN.includes(name) || !WITHOUT_PLAN.some((pattern) => pattern.test(name)))
    .filter((name) => !lists.includes(`${name}(`));
}
