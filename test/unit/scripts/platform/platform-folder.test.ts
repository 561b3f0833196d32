import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { resolve } from "node:path";
import { toolsEnvironment } from "../../../../scripts/platform/environment.ts";
import { removeEmulatorsFiles, writeEmulatorsConfig } from "../../../../scripts/platform/firebase/emulators-files.ts";
import { local, platformFolder } from "../../../../scripts/platform/paths.ts";
import { portBlock } from "../../../../scripts/platform/ports/ports.ts";
import { useTemporaryFolder } from "../../../support/temporary-folder.ts";

const temporary = useTemporaryFolder();

const given = process.env["PLATFORM_FOLDER"];

beforeEach(() => {
  delete process.env["PLATFORM_FOLDER"];
});

afterEach(() => {
  if (given === undefined) delete process.env["PLATFORM_FOLDER"];
  else process.env["PLATFORM_FOLDER"] = given;
});

test("an empty PLATFORM_FOLDER counts as none", () => {
  expect(platformFolder()).toBe(local);
  process.env["PLATFORM_FOLDER"] = "";
  expect(platformFolder()).toBe(local);
  process.env["PLATFORM_FOLDER"] = "other";
  expect(platformFolder()).toBe(resolve("other"));
});

test("two platforms whose folders have one name write two configurations", () => {
  const folders = ["/tmp/one/.platform", "/tmp/two/platform"];
  const files = folders.map((folder) => writeEmulatorsConfig(folder, portBlock(20_000)));
  for (const folder of folders) removeEmulatorsFiles(folder);
  expect(new Set(files).size).toBe(2);
});

test("a platform without replicas takes none from the developer's shell", () => {
  const options = { folder: temporary.path, ports: portBlock(20_000), mysqlUrl: "mysql://root@127.0.0.1/x" };
  const shell = { MYSQL_REPLICA_URLS: "mysql://read:pw@10.2.3.5/x" };
  expect({ ...shell, ...toolsEnvironment(options) }.MYSQL_REPLICA_URLS).toBe("");
  const replicaUrls = "mysql://root@127.0.0.1:5199/x";
  expect(toolsEnvironment({ ...options, replicaUrls }).MYSQL_REPLICA_URLS).toBe(replicaUrls);
});
