import { expect, test } from "@jest/globals";
import { sql } from "kysely";
import { runMaintenance } from "../../../functions/src/services/operation/maintenance.ts";
import { useApp } from "../../support/app/use-app.ts";

const app = useApp();

const setSessions = (userId: string, values: { expires_at: Date; ends_at?: Date }) =>
  app.db.updateTable("sessions").set(values).where("user_id", "=", userId).execute();
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

test("one run deletes more expired counters than one statement does, and none that still counts", async () => {
  const old = Array.from({ length: 12_000 }, (_, n) => sql`(${`old-${n}`}, 1000, 1)`);
  const current = sql`('current', 1000, ${Date.now() + 60_000})`;
  await sql`INSERT INTO rate_limits (\`key\`, points, expire) VALUES ${sql.join([...old, current])}`.execute(app.db);
  await runMaintenance(app.context);
  const { rows } = await sql`SELECT \`key\` FROM rate_limits WHERE points = 1000`.execute(app.db);
  expect(rows).toEqual([{ key: "current" }]);
});

test("a step that fails keeps no later step from running, and is reported", async () => {
  const user = await app.user();
  await setSessions(user.id, { expires_at: daysAgo(3), ends_at: daysAgo(2) });
  await app.db.updateTable("users").set({ looks_version: 0 }).where("id", "=", user.id).execute();
  await sql`CREATE TRIGGER no_looks BEFORE INSERT ON username_looks FOR EACH ROW SIGNAL SQLSTATE '45000'`.execute(
    app.db,
  );
  try {
    await expect(runMaintenance(app.context)).rejects.toBeInstanceOf(Error);
  } finally {
    await sql`DROP TRIGGER no_looks`.execute(app.db);
  }
  expect(await app.db.selectFrom("sessions").select("id").where("user_id", "=", user.id).execute()).toEqual([]);
});

test("users whose sessions expired do not wait for each other's relay", async () => {
  for (let n = 0; n < 3; n += 1) await setSessions((await app.user()).id, { expires_at: daysAgo(1) });
  let underWay = 0;
  let mostUnderWay = 0;
  const { userRelay } = app.context;
  const publish = async (userId: string) => {
    underWay += 1;
    mostUnderWay = Math.max(mostUnderWay, underWay);
    await userRelay.publish(userId);
    underWay -= 1;
  };
  await runMaintenance({ ...app.context, userRelay: { ...userRelay, publish } });
  expect(mostUnderWay).toBeGreaterThan(1);
});
