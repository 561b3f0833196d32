import { beforeEach } from "@jest/globals";
import { RULES } from "../realtime/rules.ts";
import type { Client } from "../app/client.ts";
import { createTestQueue } from "../app/queue.ts";
import { useApp } from "../app/use-app.ts";

/** An app without inline runs of users, and the tasks that it enqueued for them in this test. */
export function useUserTasks() {
  const queue = createTestQueue();
  const { tasks } = queue;
  const app = useApp({ rules: RULES, env: { INLINE_RELAY_DEADLINE_MS: "0" }, parts: { userQueue: queue } });
  beforeEach(() => void (tasks.length = 0));
  return {
    app,
    tasks,
    signOut: (user: Client) => user.call("DELETE", "/sessions/current"),
    relayTask: (user: Client) => app.context.userRelay.runTask({ user_id: user.id }),
  };
}
