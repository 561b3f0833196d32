import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../../../scripts/platform/paths.ts";
import { FRAMEWORK, FrameworkProcess } from "../../support/app/processes/framework-process.ts";

const PATCH = pathToFileURL(join(root, "functions/src/runtime/framework.ts")).href;
const BODY = Buffer.from("{}");

describe("functions-framework with our change", () => {
  const framework = new FrameworkProcess(`import "${PATCH}";`);
  beforeAll(() => framework.start());
  afterAll(() => framework.close());

  test("runs a call in no domain", async () => {
    expect(await framework.report("/v1/health", BODY)).toMatchObject({ isInDomain: false });
  });
});

describe("control: functions-framework without our change", () => {
  const framework = new FrameworkProcess();
  beforeAll(() => framework.start());
  afterAll(() => framework.close());

  test("runs a call in a domain", async () => {
    expect(await framework.report("/v1/health", BODY)).toMatchObject({ isInDomain: true });
  });
});

test("the functions are deployed with the very framework that is tested here", () => {
  const read = (file: string) => JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  const { version } = read(join(FRAMEWORK, "package.json"));
  const { dependencies } = read(join(root, "package.json"));
  expect(dependencies).toMatchObject({ "@google-cloud/functions-framework": version });
});
