import { parseArgs } from "node:util";
import type { Context } from "../functions/src/context.ts";
import { ProblemError } from "../functions/src/errors.ts";
import { signIn } from "../functions/src/services/accounts/sessions/sign-in.ts";
import { registerUser } from "../functions/src/services/accounts/users.ts";
import { postComment } from "../functions/src/services/comments/post-comment.ts";
import { demo } from "./platform/demo.ts";
import { runCommand } from "./platform/problem.ts";
import { withContext } from "./platform/with-context.ts";

const HELP = `Adds a video with two users and a comment of each, to try things out: node scripts/seed.ts

  --help   show this help

\`npm start\` runs it when the database has no users but some of these. Repeated within a day it adds nothing.
It works on the database that MYSQL_URL names, with the functions' environment, or on the local platform (npm start).
Exit codes: 0 done, 1 failed.`;

await runCommand(async () => {
  const { values } = parseArgs({ options: { help: { type: "boolean" } } });
  if (values.help) return console.log(HELP);
  await withContext(seed);
});

async function seed(context: Context): Promise<void> {
  const { password, videoId } = demo;
  for (const { email, username, comment } of demo.users) {
    // A seed that was killed has registered them.
    await registerUser(context, { email, username, password }, null).catch((error: unknown) => {
      if (!(error instanceof ProblemError && error.code === "email_taken")) throw error;
    });
    const device = { id: "seed", info: { name: "Seed" }, tokens: [] };
    const { session } = await signIn(context, { email, password, device }, null);
    const liveSession = await context.findLiveSession(session.id);
    if (!liveSession) throw new Error("the new session is not live");
    const principal = { ...liveSession, address: null };
    await postComment(context, principal, { videoId, content: comment, idempotencyKey: "seed" });
    console.log(`added ${email} and a comment on ${videoId}`);
  }
}
