import { type Connection, createConnection } from "mysql2/promise";
import { sessionSettings } from "../../../functions/src/database/connections/session-settings.ts";

/** A connection of a test, with the settings of the product's: the server's own defaults are hostile. */
export async function openConnection(url: string): Promise<Connection> {
  const connection = await createConnection({ uri: url, charset: "utf8mb4" });
  await connection.query(sessionSettings(50));
  return connection;
}
