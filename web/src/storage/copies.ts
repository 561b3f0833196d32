import type { Copy, Database } from "./database.ts";

/** Videos of which a copy is kept. The one that was seen longest ago makes room. */
const MAX_COPIES = 20;
const MAX_COMMENTS = 100;

/** What was last seen of the videos that were seen last. Only what everybody can read. */
export class Copies {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async read(videoId: string): Promise<Copy | undefined> {
    return this.#database.use((connection) => connection.get("copies", videoId));
  }

  /** If the storage is full or blocked, nothing is kept. */
  async save(copy: Copy): Promise<void> {
    const comments = copy.comments.slice(-MAX_COMMENTS);
    const hasOlder = copy.hasOlder || comments.length < copy.comments.length;
    await this.#database.use(async (connection) => {
      await connection.put("copies", { ...copy, comments, hasOlder });
      if ((await connection.count("copies")) <= MAX_COPIES) return;
      const kept = await connection.getAll("copies");
      const surplus = kept.sort((a, b) => b.savedAt - a.savedAt).slice(MAX_COPIES);
      await Promise.all(surplus.map(({ videoId }) => connection.delete("copies", videoId)));
    });
  }
}
