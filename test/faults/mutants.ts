/** One way to break the relay that the suite must notice. */
export interface Mutant {
  /** The faults that bring it to light. */
  faults: string[];
  /** A statement for the fresh database. */
  schema?: string;
  edits: Edit[];
}

export interface Edit {
  file: string;
  /** Must stand in the file; every place is replaced. */
  find: string | RegExp;
  replace: string;
}

// The less they say of the sources, the longer they fit; test/unit/mutants.test.ts says at once which one does not any more.
export const mutants: Record<string, Mutant> = {
  "no fence": {
    faults: ["rtdb swallows replies", "zombie", "eight handlers", "rtdb delays"],
    edits: [
      {
        file: "database.rules.json",
        find: /"\.write": "auth\.uid === 'relay'[^"]*"/,
        replace: `".write": "auth.uid === 'relay'"`,
      },
    ],
  },
  "an AUTO_INCREMENT cursor": {
    faults: ["eight handlers", "mysql delays"],
    schema: "CREATE TABLE cursors (id BIGINT AUTO_INCREMENT PRIMARY KEY)",
    edits: [
      {
        file: "functions/src/tables/comments/videos.ts",
        find: "export async function takeSeqs(",
        // Numbers that are given out at once, and committed in any order; the time between is what a busy server takes.
        replace: `async function takeCursors(transaction: Db, id: string, count: number): Promise<number> {
            const rows = sql.join(Array.from({ length: count }, () => sql\`()\`));
            const { insertId } = await sql\`INSERT INTO cursors () VALUES \${rows}\`.execute(transaction);
            const last = Number(insertId) + count - 1;
            await new Promise((resolve) => setTimeout(resolve, Math.random() * 50));
            await sql\`INSERT INTO videos (id, seq) VALUES (\${id}, \${last})
              ON DUPLICATE KEY UPDATE seq = GREATEST(seq, VALUES(seq))\`.execute(transaction);
            return last;
          }
          export async function takeSeqs(`,
      },
      {
        file: "functions/src/tables/comments/videos.ts",
        find: /const result = await transaction\s+\.insertInto\("videos"\)/,
        replace: `if (count > 0) return takeCursors(transaction, id, count);
          const result = await transaction.insertInto("videos")`,
      },
      {
        file: "functions/src/batching/group-commit.ts",
        find: "const claim = [...BEGIN, insertKeys(keys)];",
        replace: `const claim = [...BEGIN, insertKeys(keys)];
          await inOneTrip(connection, claim);
          const { takeSeqs } = await import("../../tables/comments/videos.ts");
          const cursors = new Map<string, number>();
          for (const [id, count] of counts) cursors.set(id, await takeSeqs(connection, id, count));
          const made = posts.map(({ comment }, n) => ({ ...comment, seq: cursors.get(comment.video_id)! - backs[n]! }));
          await inOneTrip(connection, [insertComments(made), ...COMMIT]);
          if (made.length > 0) return made.map(({ seq }) => seq);`,
      },
    ],
  },
  "the sequence taken outside the transaction": {
    faults: ["eight handlers"],
    edits: [
      {
        // Of edits and deletions; the time between the two is what a busy server takes.
        file: "functions/src/services/comments/comment-edits.ts",
        find: "await takeSeq(transaction, videoId);",
        replace: `await takeSeq(context.db, videoId);
          await new Promise((resolve) => setTimeout(resolve, 20));`,
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
          const late = new Promise((_, reject) => setTimeout(() => reject(new RealtimeError("away", "no answer")), this.#options.timeoutMs));
          await Promise.race([getDatabase(app).ref().update(values), late]);`,
      },
    ],
  },
  "an edited comment from a cache": {
    // Nothing that compares: it would repair.
    faults: ["eight handlers", "mysql delays"],
    edits: [
      {
        file: "functions/src/relay/videos/update.ts",
        find: "isLive && !isQuarantined ? toComment(row) : null;",
        replace: `isLive && !isQuarantined ? { ...toComment(row), content: cached(row) } : null;`,
      },
      {
        file: "functions/src/relay/videos/update.ts",
        find: "/** A row as `changes/{video_id}` shows it",
        replace: `const cache = new Map<string, string>();
          function cached({ id, content }: CommentRow): string {
            if (!cache.has(id)) cache.set(id, content);
            return cache.get(id)!;
          }
          /** A row as \`changes/{video_id}\` shows it`,
      },
    ],
  },
  "applied_seq marked before the write": {
    faults: ["rtdb away", "rtdb cut", "kill writers"],
    edits: [
      {
        file: "functions/src/relay/videos/relay-video.ts",
        find: "const fence = await write(context, next);",
        replace: `const { videoId: markedId, from: markedFrom, to: markedTo } = next.update;
          await moveAppliedSeq(context.db, markedId, markedFrom, markedTo);
          const fence = await write(context, next);`,
      },
    ],
  },
  "several videos marked before their write": {
    faults: ["rtdb away", "rtdb cut", "kill writers"],
    edits: [
      {
        file: "functions/src/relay/videos/relay-batch.ts",
        find: "if (!(await writeAllFenced(realtime, updates))) return behind;",
        replace: `
          await moveAppliedSeqs(db, updates.map(({ videoId: id, from, to }) => ({ id, from, to })));
          if (!(await writeAllFenced(realtime, updates))) return behind;`,
      },
    ],
  },
  "a group's counters taken outside its transaction": {
    faults: ["eight handlers", "mysql delays"],
    edits: [
      {
        file: "functions/src/batching/group-commit.ts",
        find: "const claim = [...BEGIN, insertKeys(keys)];",
        replace: `const claim = [...BEGIN, insertKeys(keys)];
          const [, rows] = await inOneTrip(outside, takeSeqsOf(counts));
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
          const cursors = new Map(rows!.map(({ id, seq }) => [id, seq]));
          const made = posts.map(({ comment }, n) => ({ ...comment, seq: cursors.get(comment.video_id)! - backs[n]! }));
          await inOneTrip(connection, [...claim, insertComments(made), ...COMMIT]);
          if (made.length > 0) return made.map(({ seq }) => seq);`,
      },
      {
        file: "functions/src/batching/group-commit.ts",
        find: "async function insert(connection: Db,",
        replace: "async function insert(outside: Db, connection: Db,",
      },
      {
        file: "functions/src/batching/group-commit.ts",
        find: "insert(connection, posts)",
        replace: "insert(db, connection, posts)",
      },
    ],
  },
};
