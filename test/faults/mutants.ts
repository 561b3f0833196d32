/** One way to break the relay that the suite must notice. */
export interface Mutant {
  /** The faults that bring it to light. */
  faults: string[];
  edits: Edit[];
}

export interface Edit {
  file: string;
  /** Must stand in the file. */
  find: string | RegExp;
  replace: string;
}

export const mutants: Record<string, Mutant> = {
  "no fence": {
    faults: ["rtdb swallows replies", "zombie", "eight handlers", "rtdb delays"],
    edits: [
      {
        file: "database.rules.json",
        find: /"\.write": "auth\.uid === 'relay'[^"]*"/g,
        replace: `".write": "auth.uid === 'relay'"`,
      },
    ],
  },
  "an AUTO_INCREMENT cursor": {
    faults: ["eight handlers"],
    edits: [
      {
        file: "functions/src/tables/videos.ts",
        find: /const result = await transaction\s+\.insertInto\("videos"\)/,
        replace: `
          await sql\`CREATE TABLE IF NOT EXISTS cursors (id BIGINT AUTO_INCREMENT PRIMARY KEY)\`.execute(transaction);
          const cursor = await sql\`INSERT INTO cursors () VALUES ()\`.execute(transaction);
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
          await sql\`INSERT INTO videos (id, seq) VALUES (\${id}, \${cursor.insertId})
            ON DUPLICATE KEY UPDATE seq = GREATEST(seq, VALUES(seq))\`.execute(transaction);
          if (id !== "") return Number(cursor.insertId);
          const result = await transaction.insertInto("videos")`,
      },
    ],
  },
  "the sequence taken outside the transaction": {
    faults: ["eight handlers"],
    edits: [
      {
        file: "functions/src/services/comments.ts",
        find: /takeSeq\(transaction,/g,
        replace: "takeSeq(context.db,",
      },
    ],
  },
  "a bare SDK update()": {
    faults: ["rtdb away", "rtdb blackhole", "zombie", "rtdb swallows replies"],
    edits: [
      {
        file: "functions/src/realtime/realtime.ts",
        find: /await this\.#request\("PATCH"[^;]*;/,
        replace: `
          const { getApps, initializeApp } = await import("firebase-admin/app");
          const { getDatabase } = await import("firebase-admin/database");
          const app = getApps().find(({ name }) => name === "bare")
            ?? initializeApp({ projectId: process.env.GCLOUD_PROJECT!, databaseURL: this.#options.url }, "bare");
          const late = new Promise((_, reject) => setTimeout(() => reject(new RealtimeError("away", "no answer")), this.#options.timeout));
          await Promise.race([getDatabase(app).ref().update(values), late]);`,
      },
    ],
  },
  "an edit's previous content": {
    faults: ["two sweeps and two reconciles"],
    edits: [
      {
        file: "functions/src/relay/relay.ts",
        find: "const changes = await listChanges(snapshot, videoId, from, n);",
        replace: `const changes = await listChanges(snapshot, videoId, from, n);
          for (const row of changes) {
            const before = await snapshot.selectFrom("comment_revisions").select("content")
              .where("comment_id", "=", row.id).orderBy("version", "desc").executeTakeFirst();
            if (before) row.content = before.content;
          }`,
      },
    ],
  },
  "applied_seq marked before the write": {
    faults: ["rtdb away", "rtdb cut", "kill writers"],
    edits: [
      {
        file: "functions/src/relay/relay.ts",
        find: "const fence = await write(context, pending);",
        replace: `const { videoId: markedId, from: markedFrom, to: markedTo } = pending.update;
          await moveAppliedSeq(context.db, markedId, markedFrom, markedTo);
          const fence = await write(context, pending);`,
      },
    ],
  },
};
