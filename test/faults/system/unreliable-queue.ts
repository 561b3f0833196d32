import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { unsignedToken } from "../../support/rtdb/unsigned-token.ts";
import type { Random } from "../random.ts";

/**
 * How the queue responds to new tasks.
 * - `accept`: it takes them.
 * - `full`: 409.
 * - `unavailable`: 503.
 * - `silent`: no response.
 */
export type QueueMode = "accept" | "full" | "unavailable" | "silent";

export interface UnreliableQueue {
  readonly port: number;
  setMode(mode: QueueMode): void;
  /** Forgets every task that it holds. */
  loseTasks(): void;
  /** Runs a video's task now, several times at once, and waits for the runs. None is repeated. */
  runNow(videoId: string, times: number): Promise<void>;
  close(): void;
}

interface Task {
  body: string;
  retries: number;
  /** Milliseconds since the epoch. */
  dueAt: number;
}

const DROPPED = 1 / 20;
const DUPLICATED = 1 / 10;
const LATE = 1 / 5;
const MAX_RUNNING = 16;
const MIN_BACKOFF_MS = 200;
const MAX_BACKOFF_MS = 5_000;
/** More than the relay takes for a task, whatever is broken. */
const TASK_TIMEOUT_MS = 15_000;

/**
 * A task queue with the interface of the Tasks emulator. It does all the time what Cloud Tasks may do: it drops tasks, duplicates,
 * delays and reorders them. It repeats a task that failed.
 * @param workers the URLs of the processes that run tasks
 */
export async function startUnreliableQueue(random: Random, workers: () => string[]): Promise<UnreliableQueue> {
  let mode: QueueMode = "accept";
  let tasks: Task[] = [];
  let running = 0;

  /** Whether the task succeeded. */
  async function dispatch(task: Task): Promise<boolean> {
    const headers = {
      "content-type": "application/json",
      authorization: `Bearer ${unsignedToken({ sub: "queue" })}`,
      "x-cloudtasks-queuename": "relayVideos",
      "x-cloudtasks-taskname": String(Math.random()).slice(2),
      "x-cloudtasks-taskretrycount": String(task.retries),
    };
    try {
      const signal = AbortSignal.timeout(TASK_TIMEOUT_MS);
      const response = await fetch(random.pick(workers()), { method: "POST", headers, body: task.body, signal });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      return false;
    }
  }

  async function run(task: Task): Promise<void> {
    running += 1;
    const isDone = await dispatch(task);
    running -= 1;
    if (isDone) return;
    const backoffMs = Math.min(MAX_BACKOFF_MS, MIN_BACKOFF_MS * 2 ** task.retries);
    tasks.push({ ...task, retries: task.retries + 1, dueAt: Date.now() + backoffMs });
  }

  function runDueTasks(): void {
    const due = tasks.filter((task) => task.dueAt <= Date.now());
    while (running < MAX_RUNNING && due.length > 0) {
      const task = random.pick(due);
      due.splice(due.indexOf(task), 1);
      tasks.splice(tasks.indexOf(task), 1);
      void run(task);
    }
  }
  const ticking = setInterval(runDueTasks, 20);

  function accept(body: string): void {
    const copies = random.chance(DROPPED) ? 0 : 1 + Number(random.chance(DUPLICATED));
    for (let copy = 0; copy < copies; copy += 1) {
      const delayMs = random.below(random.chance(LATE) ? 3_000 : 50);
      tasks.push({ body, retries: 0, dueAt: Date.now() + delayMs });
    }
  }

  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      if (mode === "silent") return;
      if (mode !== "accept") {
        response.writeHead(mode === "full" ? 409 : 503).end("no");
        return;
      }
      const { task } = JSON.parse(Buffer.concat(pieces).toString()) as { task: { httpRequest: { body: string } } };
      accept(Buffer.from(task.httpRequest.body, "base64").toString());
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });

  return {
    port: (server.address() as AddressInfo).port,
    setMode(next) {
      mode = next;
    },
    loseTasks() {
      tasks = [];
    },
    async runNow(videoId, times) {
      const task = { body: JSON.stringify({ data: { video_id: videoId } }), retries: 0, dueAt: 0 };
      await Promise.all(Array.from({ length: times }, () => dispatch(task)));
    },
    close() {
      clearInterval(ticking);
      server.close();
      server.closeAllConnections();
    },
  };
}
