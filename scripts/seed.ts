import { parseArgs } from "node:util";
import { readConfig } from "../functions/src/config.ts";
import { createContext } from "../functions/src/create-context.ts";
import { postComment } from "../functions/src/services/comments/post-comment.ts";
import { signIn } from "../functions/src/services/accounts/sign-in.ts";
import { registerUser } from "../functions/src/services/accounts/users.ts";
import { demo } from "./platform/demo.ts";
import { runCommand } from "./platform/problem.ts";

const HELP = `Adds one video with two users and their comments, for trying things out: node scripts/seed.ts

\`npm start\` does it when the database has no users. Configuration: the environment of the functions.`;

await runCommand(async () => {
  const { values } = parseArgs({ options: { help: { type: "boolean" } } });
  if (values.help) return console.log(HELP);
  const context = createContext(readConfig());
  try {
    for (const { comment, ...user } of demo.users) {
      const { password, videoId } = demo;
      await registerUser(context, { ...user, password }, null);
      const session = await signIn(
        context,
        { ...user, password, device: { id: "seed", info: { name: "Seed" } } },
        null,
      );
      const live = await context.findLiveSession(session.session.id);
      if (!live) throw new Error("the session that was just begun is not there");
      await postComment(context, { ...live, address: null }, { videoId, content: comment, idempotencyKey: "seed" });
      console.log(`added ${user.email} and a comment on ${videoId}`);
    }
  } finally {
    await context.close();
  }
});
