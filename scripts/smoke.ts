import { parseArgs } from "node:util";
import { Problem, runCommand } from "./platform/problem.ts";
import { smoke } from "./smoke/smoke.ts";

const HELP = `Uses a deployment from outside as a stranger does: npm run smoke -- --site URL [options]

  --site URL    where the page is, such as https://my-comments.web.app
  --video ID    the video that gets the comment (default: smoke-test)
  --help        show this help

Where the API requires App Check, APP_CHECK_TOKEN in the environment is a token of the project (docs/deploy.md, App Check).

It registers a user, signs in, posts a comment, hears it at the Realtime Database, deletes it and hears that. The user stays.
Exit codes: 0 all worked, 1 something did not.`;

await runCommand(async () => {
  const { values } = parseArgs({
    options: { site: { type: "string" }, video: { type: "string" }, help: { type: "boolean" } },
  });
  if (values.help) return console.log(HELP);
  const { site = "", video } = values;
  if (!URL.canParse(site)) throw new Problem("Name the site: --site https://my-comments.web.app.");
  const appCheckToken = process.env["APP_CHECK_TOKEN"];
  for await (const line of smoke({ site: site.replace(/\/$/, ""), appCheckToken, ...(video && { videoId: video }) }))
    console.log(line);
  console.log("The deployment works.");
});
