import { expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { runPurge } from "../../../functions/src/services/operation/purge.ts";
import { useApp } from "../../support/app/use-app.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";
import { exportVideo, importVideo, writeLines } from "../../support/transfer/transfer.ts";

const target = useApp({ users: { grace: "user" } });
const { grace } = target.users;
const folder = useTemporaryFolder();
const file = () => join(folder.path, "video.ndjson");

test("an import keeps a tombstone from now on, however long ago the comment was deleted", async () => {
  const video = target.newVideoId();
  const deletedAt = "2020-01-01T00:00:00.000Z";
  const times = { created_at: deletedAt, updated_at: deletedAt, edited_at: null };
  const comment = {
    type: "comment",
    id: randomUUID(),
    user: { id: randomUUID(), username: "somebody" },
    ...times,
    version: 1,
  };
  const deleted = { ...comment, deleted_at: deletedAt, deleted_by: null };
  await writeLines(file(), [deleted]);
  expect(await importVideo(target, video, file())).toMatchObject({ added: 1 });
  await target.db.updateTable("videos").set({ applied_seq: 1 }).where("id", "=", video).execute();
  await runPurge(target.context);
  expect((await grace.changes(video, "?after=0")).status).toBe(200);
  await writeLines(file(), [{ ...deleted, content: "an older export", deleted_at: undefined, deleted_by: undefined }]);
  expect(await importVideo(target, video, file())).toMatchObject({ added: 0, existing: 1 });
  const exported = await exportVideo(target, video, join(folder.path, "exported.ndjson"));
  expect(exported.comments).toMatchObject([{ deleted_at: deletedAt }]);
});
