import { createRequire } from "node:module";

/**
 * Loaded into the Firebase CLI before it starts (`node --import`).
 *
 * The functions emulator gives a process one request at a time and starts another for each further one, which it keeps
 * (firebase/firebase-tools issue 5503). In production an instance serves `concurrency` requests. Here the first process
 * of a function serves all of its requests. Everything else is the emulator's own: discovery, reload, logs, environment.
 * FUNCTIONS_EMULATOR_PARALLEL limits how many requests are under way; the others wait in the emulator's queue.
 */

interface Worker {
  state: string;
  runtime: { process: { killed: boolean } };
}

interface WorkerPool {
  cleanUpWorkers(): void;
  getTriggerWorkers(triggerId: string | undefined, runtime: string): Worker[];
  getIdleWorker(triggerId: string | undefined, runtime: string): Worker | undefined;
}

interface Emulator {
  startRuntime: (this: Emulator, backend: object, trigger?: { id: string }) => Promise<Worker>;
}

const require = createRequire(import.meta.url);
const { RuntimeWorkerPool } = require("firebase-tools/lib/emulator/functionsRuntimeWorker.js") as {
  RuntimeWorkerPool: { prototype: WorkerPool };
};
const { FunctionsEmulator } = require("firebase-tools/lib/emulator/functionsEmulator.js") as {
  FunctionsEmulator: { prototype: Emulator };
};

/** A process that runs and was not told to end. BUSY is one with requests under way. */
const isUsable = ({ state, runtime }: Worker): boolean =>
  (state === "IDLE" || state === "BUSY") && !runtime.process.killed;

RuntimeWorkerPool.prototype.getIdleWorker = function getSharedWorker(triggerId, runtime) {
  this.cleanUpWorkers();
  return this.getTriggerWorkers(triggerId, runtime).find(isUsable);
};

/** By function. Requests that come while a function's first process starts wait for that one. */
const starting = new Map<string | undefined, Promise<Worker>>();
const { startRuntime } = FunctionsEmulator.prototype;

FunctionsEmulator.prototype.startRuntime = function startSharedRuntime(backend, trigger) {
  const started = starting.get(trigger?.id) ?? startRuntime.call(this, backend, trigger);
  starting.set(trigger?.id, started);
  const forget = () => void starting.delete(trigger?.id);
  started.then(forget, forget);
  return started;
};
