import { initializeApp } from "firebase/app";
import * as database from "firebase/database";

declare const location: { search: string };

// The page of the long-polling test. It puts the unmodified SDK into the window, for the test to use.
const params = new URLSearchParams(location.search);
if (params.has("polling")) database.forceLongPolling();
const url = `http://${params.get("host")}/?ns=${params.get("ns")}`;
const db = database.getDatabase(initializeApp({ databaseURL: url }));
Object.assign(globalThis, { database, db });
