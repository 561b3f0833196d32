import { initializeApp } from "firebase/app";
import { connectDatabaseEmulator, getDatabase } from "firebase/database";
import { Presence } from "../../../web/src/presence/index.ts";

declare const location: { search: string };
declare const window: Page & { authorize: () => Promise<void>; presence: Presence };
type Page = NonNullable<ConstructorParameters<typeof Presence>[0]["page"]>;

// The page of the presence test. The test answers `authorize` in the API's place, and the user's token is the SDK's own for tests.
const given = (name: string) => new URLSearchParams(location.search).get(name) ?? "";
const database = getDatabase(initializeApp({ projectId: given("project"), apiKey: "local" }));
const [userId, sessionId] = [given("user"), given("session")];
connectDatabaseEmulator(database, "127.0.0.1", Number(given("port")), {
  mockUserToken: { sub: userId, user_id: userId, sid: sessionId, ends: Number(given("ends")) },
});
const viewer = { userId, sessionId, authorize: () => window.authorize() };
window.presence = new Presence({ database, videoId: given("video"), viewer, page: window });
