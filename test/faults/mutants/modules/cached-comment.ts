import * as batch from "../../../../functions/src/relay/comments/batch.ts";

export * from "../../../../functions/src/relay/comments/batch.ts";

const contents = new Map<string, string>();

export const deltaUpdate: typeof batch.deltaUpdate = (target, changes, ...rest) => {
  for (const { id, content } of changes) if (!contents.has(id)) contents.set(id, content);
  const cached = changes.map((row) => ({ ...row, content: contents.get(row.id) ?? row.content }));
  return batch.deltaUpdate(target, cached, ...rest);
};
