import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { dockerOptions, removeContainers } from "../../../../scripts/platform/mysql/docker.ts";
import { startChild } from "../../../../scripts/platform/processes/child.ts";
import { isGroupAlive, killGroup } from "../../../../scripts/platform/processes/process-table.ts";
import { killLeftovers, writeRun } from "../../../../scripts/platform/processes/run-file.ts";
import { useTemporaryFolder } from "../../../support/temporary-folder.ts";
import { until } from "../../../support/until.ts";

const folder = useTemporaryFolder();

/** In place of Docker, which a machine may lack: a container is a process that is no child of the client's. */
const DOCKER = `#!/bin/sh
cd "$(dirname "$0")/containers"
command=$1; shift
case $command in
run)
  for option; do case $option in --name=*) name=\${option#--name=};; esac; done
  setsid sh -c 'echo $$ > "$0.new"; mv "$0.new" "$0"; exec sleep 300' "$name" > /dev/null 2>&1 & wait;;
ps) for option; do case $option in --filter=name=*) ls | grep -e "\${option#--filter=name=}";; esac; done;;
rm) echo "$@" > ../rm; shift 2; for name; do kill "$(cat "$name")"; rm "$name"; done;;
esac
`;

const PATH = process.env["PATH"];
const containers = () => join(folder.path, "containers");
const names = () => readdirSync(containers()).filter((name) => !name.endsWith(".new"));
const pidOf = (name: string) => Number(readFileSync(join(containers(), name), "utf8"));

beforeEach(() => {
  mkdirSync(containers());
  writeFileSync(join(folder.path, "docker"), DOCKER, { mode: 0o755 });
  process.env["PATH"] = [folder.path, PATH].join(delimiter);
});
afterEach(async () => {
  process.env["PATH"] = PATH;
  for (const name of names()) await killGroup(pidOf(name));
});

/** Runs a container of a folder, and kills its client. @returns the container's process group */
async function leaveContainer(ofFolder: string, port: number): Promise<number> {
  const before = names();
  const client = await startChild({
    ...dockerOptions({ folder: ofFolder, port, keepsData: true }),
    logFile: join(folder.path, "mysql.log"),
  });
  const name = await until("the container", () => names().find((one) => !before.includes(one)));
  await killGroup(client.pid);
  return pidOf(name);
}

test("containers that a killed run left in a folder are removed, on whichever port, and no other", async () => {
  const left = [await leaveContainer("/a", 5_108), await leaveContainer("/a", 6_108)];
  const other = await leaveContainer("/b", 7_108);
  expect([...left, other].map(isGroupAlive)).toEqual([true, true, true]);
  await removeContainers("/a");
  // A container without a named volume has one without a name, which goes with it.
  expect(readFileSync(join(folder.path, "rm"), "utf8")).toMatch(/^--force --volumes /);
  for (const group of left) await until("its end", () => !isGroupAlive(group));
  expect(isGroupAlive(other)).toBe(true);
});

test("whoever ends what a killed run left in a folder removes its containers too", async () => {
  const left = await leaveContainer(folder.path, 5_108);
  const identity = "of a process that is gone";
  writeRun(folder.path, { pid: 2 ** 22 + 1, identity, groups: [] });
  await killLeftovers(folder.path, () => {});
  await until("its end", () => !isGroupAlive(left));
});

test("without Docker, nothing is removed, and nothing fails", async () => {
  process.env["PATH"] = containers();
  await expect(removeContainers("/a")).resolves.toBeUndefined();
});
