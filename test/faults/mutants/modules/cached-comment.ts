import * as batch from "../../../../functions/src/relay/videos/update.ts";

export * from "../../../../functions/src/relay/videos/update.ts";

const contents = new Map<string, string>();

export const deltaUpdate: typeof batch.deltaUpdate = (target, rows) => {
  for (const { id, content } of rows.changes) if (!contents.has(id)) contents.set(id, content);
  const changes = rows.changes.map((row) => ({ ...row, content: contents.get(row.id) ?? row.content }));
  return batch.deltaUpdate(target, { ...rows, changes });
};
