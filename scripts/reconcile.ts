import { parseArgs } from "node:util";
import { readConfig } from "../functions/src/config.ts";
import { createContext } from "../functions/src/context.ts";
import { reconcileAll } from "../functions/src/relay/reconcile.ts";
import { runCommand } from "./platform/problem.ts";

const HELP = `Brings the Realtime Database up to MySQL, every video: node scripts/reconcile.ts

Safe to repeat, and to run while the functions run. Configuration: the environment of the functions.`;

await runCommand(async () => {
  const { values } = parseArgs({ options: { help: { type: "boolean" } } });
  if (values.help) return console.log(HELP);
  const context = createContext(readConfig());
  try {
    let done = 0;
    await reconcileAll(context, () => {
      done += 1;
      if (done % 1_000 === 0) console.log(`${done} videos …`);
    });
    console.log(`${done} videos reconciled`);
  } finally {
    await context.close();
  }
});
