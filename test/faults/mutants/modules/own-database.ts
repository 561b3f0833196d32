import { openDatabase } from "../../../../functions/src/database/open-database.ts";

/** For a mutant that writes outside the transaction that it was given. Connects at the first query. */
export const ownDb = openDatabase({ url: process.env["MYSQL_URL"] ?? "", connections: 4 });
