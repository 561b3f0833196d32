import { render } from "lit";
import { DEVICE_INFO } from "../../functions/src/contract/limits.ts";
import { createLiveComments } from "../src/index.ts";
import { consoleView } from "./console-view.ts";
import { Store } from "./store.ts";

const client = createLiveComments({
  api: "/v1",
  deviceInfo: { user_agent: navigator.userAgent.slice(0, DEVICE_INFO.maxValueLength), language: navigator.language },
});
const root = document.getElementById("console");
if (root) {
  const store = new Store(client, () => render(consoleView(store), root));
  store.start();
}
