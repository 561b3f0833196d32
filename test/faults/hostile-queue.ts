import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { unsignedToken } from "../support/rtdb/unsigned-token.ts";
import type { Random } from "./random.ts";

export type Refusal = "none" | "full" | "unavailable" | "silent";

export interface HostileQueue {
  readonly port: number;
  /** How it answers new tasks: takes them, 409, 503, or not at all. */
  refuse(how: Refusal): void;
  /** Forgets every task that it holds. */
  loseMemory(): void;
  /** Dispatches a task now, some times at once, whatever becomes of it. */
  dispatch(videoId: string, times: number): Promise<void>;
  readonly waiting: number;
  close(): void;
}

interface Task {
  body: string;
  retry: number;
  due: number;
}

/**
 * A queue behind the Tasks emulator's surface that does what Cloud Tasks may do, all the time: duplicates (1 in 10), drops (1 in 20),
 * delays, reorders. What fails is tried again, from 0.2 s up to 5 s later.
 * @param workers URLs of the processes that run tasks
 */
export async function startHostileQueue(random: Random, workers: () => string[]): Promise<HostileQueue> {
  let refusal: Refusal = "none";
  let tasks: Task[] = [];
  let running = 0;

  async function deliver(task: Task): Promise<boolean> {
    const headers = {
      "content-type": "application/json",
      authorization: `Bearer ${unsignedToken({ sub: "queue" })}`,
      "x-cloudtasks-queuename": "relay",
      "x-cloudtasks-taskname": String(Math.random()).slice(2),
      "x-cloudtasks-taskretrycount": String(task.retry),
    };
    try {
      const signal = AbortSignal.timeout(15_000);
      const answer = await fetch(random.pick(workers()), { method: "POST", headers, body: task.body, signal });
      await answer.arrayBuffer();
      return answer.status < 300;
    } catch {
      return false;
    }
  }

  async function run(task: Task): Promise<void> {
    running += 1;
    const done = await deliver(task);
    running -= 1;
    if (done) return;
    const backoff = Math.min(5_000, 200 * 2 ** task.retry);
    tasks.push({ ...task, retry: task.retry + 1, due: Date.now() + backoff });
  }

  const ticking = setInterval(() => {
    const now = Date.now();
    const due = tasks.filter((task) => task.due <= now);
    while (running < 16 && due.length > 0) {
      const [task] = due.splice(random.below(due.length), 1);
      tasks = tasks.filter((one) => one !== task);
      void run(task!);
    }
  }, 20);

  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      if (refusal === "silent") return;
      if (refusal !== "none") {
        response.writeHead(refusal === "full" ? 409 : 503).end("no");
        return;
      }
      const { task } = JSON.parse(Buffer.concat(pieces).toString()) as { task: { httpRequest: { body: string } } };
      const body = Buffer.from(task.httpRequest.body, "base64").toString();
      const copies = random.chance(0.05) ? 0 : random.chance(0.1) ? 2 : 1;
      for (let copy = 0; copy < copies; copy += 1) {
        tasks.push({ body, retry: 0, due: Date.now() + (random.chance(0.2) ? random.below(3_000) : random.below(50)) });
      }
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });

  return {
    port: (server.address() as AddressInfo).port,
    refuse(how) {
      refusal = how;
    },
    loseMemory() {
      tasks = [];
    },
    async dispatch(videoId, times) {
      const body = JSON.stringify({ data: { video_id: videoId } });
      await Promise.all(Array.from({ length: times }, () => deliver({ body, retry: 0, due: 0 })));
    },
    get waiting() {
      return tasks.length + running;
    },
    close() {
      clearInterval(ticking);
      server.close();
      server.closeAllConnections();
    },
  };
}
