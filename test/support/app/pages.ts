import type { Reply } from "./client.ts";

/** Reads page after page to the last. The cursor is "" for the first page, then `&cursor=…`. */
export async function* readPages<Page extends { next_cursor: string | null }>(
  read: (cursor: string) => Promise<Reply<Page>>,
): AsyncGenerator<Page> {
  let cursor = "";
  do {
    const { body } = await read(cursor);
    yield body;
    cursor = body.next_cursor === null ? "" : `&cursor=${body.next_cursor}`;
  } while (cursor !== "");
}
