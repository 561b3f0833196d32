import { DEFAULT_CONNECTIONS } from "../../../functions/src/config.ts";
import { readDeployment } from "../../../functions/src/deployment.ts";
import { connectionBudget } from "../../../functions/src/pools.ts";
import { type Check, ok } from "../outcome.ts";
import type { Surroundings } from "../surroundings.ts";

/** The budget of the deployment that `.env` describes. */
export function budgetOf(settings: Surroundings["settings"]): ReturnType<typeof connectionBudget> {
  const connections = Number(settings["MYSQL_CONNECTIONS"] ?? DEFAULT_CONNECTIONS);
  return connectionBudget(readDeployment(settings), connections);
}

/** How many connections the functions may open; the check `mysql-connections` compares it with the server. */
export const budget: Check = {
  id: "connection-budget",
  run({ settings }) {
    const { total, duringDeployment, functions } = budgetOf(settings);
    const parts = functions.map(({ name, connections }) => `${name} ${connections}`).join(", ");
    return [ok(`${total} connections, ${duringDeployment} during a deployment (${parts})`)];
  },
};
