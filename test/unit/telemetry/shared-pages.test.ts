import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mergePages, sharePages } from "../../../functions/src/telemetry/shared-pages.ts";
import { until } from "../../support/until.ts";

const page = (job: string, value: number) =>
  `# HELP posts posts so far\n# TYPE posts counter\nposts{job="${job}"} ${value}\n# HELP memory held\n# TYPE memory gauge\nmemory{job="${job}"} 1\n`;

describe("pages of several processes", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "pages-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("are one page, with each metric's help and type once, as Prometheus wants it", () => {
    expect(mergePages([page("api", 1), page("relay", 2)])).toBe(
      [
        "# HELP posts posts so far",
        "# TYPE posts counter",
        'posts{job="api"} 1',
        'posts{job="relay"} 2',
        "# HELP memory held",
        "# TYPE memory gauge",
        'memory{job="api"} 1',
        'memory{job="relay"} 1',
        "",
      ].join("\n"),
    );
  });

  test("are read by any of them, its own as it is now", async () => {
    let posts = 1;
    const api = sharePages(folder, "api-1", async () => page("api", posts));
    const relay = sharePages(folder, "relay-2", async () => page("relay", 7));
    await until("the relay's page", async () => (await api.readAll()).includes('posts{job="relay"} 7'));
    posts = 5;
    expect(await api.readAll()).toContain('posts{job="api"} 5');
    await relay.close();
    expect(await api.readAll()).not.toContain("relay");
    await api.close();
    expect(await readdir(folder)).toEqual([]);
  });

  test("are left out and deleted when their process was killed half a minute ago", async () => {
    await writeFile(join(folder, "killed-3.prom"), page("killed", 1));
    const api = sharePages(folder, "api-1", async () => page("api", 1));
    expect(await api.readAll()).toContain("killed");
    await utimes(join(folder, "killed-3.prom"), new Date(0), new Date(0));
    expect(await api.readAll()).not.toContain("killed");
    expect(await readdir(folder)).not.toContain("killed-3.prom");
    await api.close();
  });

  test("a folder that cannot be written leaves a process its own page", async () => {
    await writeFile(join(folder, "file"), "");
    const api = sharePages(join(folder, "file", "below"), "api-1", async () => page("api", 1));
    expect(await api.readAll()).toBe(page("api", 1));
    await api.close();
  });
});
