import { expect, test } from "@jest/globals";
import { sql } from "kysely";
import { runMaintenance } from "../../../functions/src/services/operation/maintenance.ts";
import { useApp } from "../../support/app/use-app.ts";

const app = useApp();

test("one run deletes more expired counters than one statement does, and none that still counts", async () => {
  const old = Array.from({ length: 12_000 }, (_, n) => sql`(${`old-${n}`}, 1000, 1)`);
  const current = sql`('current', 1000, ${Date.now() + 60_000})`;
  await sql`INSERT INTO rate_limits (\`key\`, points, expire) VALUES ${sql.join([...old, current])}`.execute(app.db);
  await runMaintenance(app.context);
  const { rows } = await sql`SELECT \`key\` FROM rate_limits WHERE points = 1000`.execute(app.db);
  expect(rows).toEqual([{ key: "current" }]);
});
