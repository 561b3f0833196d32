import { expect, test } from "@jest/globals";
import { dockerOptions } from "../../../../scripts/platform/mysql/docker.ts";

const volumeOf = (folder: string, keepsData: boolean) =>
  dockerOptions({ folder, port: 3306, keepsData }).args.filter((arg) => arg.startsWith("--volume="));

test("MySQL in a container keeps its data in a volume of the platform's folder", () => {
  const [volume] = volumeOf("/tmp/a/platform", true);
  expect(volume).toMatch(/^--volume=live-comments-[0-9a-f]{12}:\/var\/lib\/mysql$/);
  expect(volumeOf("/tmp/a/platform", true)).toEqual([volume]);
  expect(volumeOf("/tmp/b/platform", true)).not.toEqual([volume]);
});

test("it leaves nothing behind where nobody needs its data again", () => {
  expect(volumeOf("/tmp/a/platform", false)).toEqual([]);
});
