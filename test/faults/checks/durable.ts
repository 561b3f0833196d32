import type { CommentsTable } from "../../../functions/src/database/schema.ts";
import type { Selectable } from "kysely";
import type { SentComment } from "../load.ts";

type Row = Pick<Selectable<CommentsTable>, "id" | "content" | "version" | "deleted_at">;

/** Compares all comments in MySQL with what the load sent. Returns, in words, which acknowledged writes are lost, doubled or undone. */
export function findBrokenWrites(rows: Row[], sent: SentComment[]): string[] {
  const broken: string[] = [];
  const rowById = new Map(rows.map((row) => [row.id, row]));
  const rowsByName = Map.groupBy(rows, ({ content }) => /^comment \d+ /.exec(content)?.[0]);
  for (const comment of sent) {
    const { id, name } = comment;
    const copies = (rowsByName.get(name) ?? []).filter((row) => row.id !== id).length;
    // A post that nobody acknowledged may be there, once.
    if (copies > (id === undefined ? 1 : 0)) broken.push(`"${name}" was posted more than once`);
    if (id !== undefined) broken.push(...findBrokenComment(id, comment, rowById.get(id)));
  }
  return broken;
}

function findBrokenComment(id: string, sent: SentComment, row: Row | undefined): string[] {
  if (!row) return [`comment ${id} was acknowledged and is lost`];
  if (sent.isDeleted) return row.deleted_at ? [] : [`comment ${id} was deleted and is back`];
  // A deletion that nobody acknowledged may have happened.
  if (row.deleted_at) return [];
  const isAcknowledged = row.version === sent.version && row.content === sent.content;
  // An edit that nobody acknowledged may have happened too.
  const isNext = row.version === sent.version + 1 && row.content === sent.nextContent;
  if (isAcknowledged || isNext) return [];
  return [`comment ${id} was acknowledged at version ${sent.version} and is now another version ${row.version}`];
}
