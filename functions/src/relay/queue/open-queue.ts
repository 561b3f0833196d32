import { type CloudTasksOptions, createCloudTasksQueue } from "./cloud-tasks.ts";
import type { Queue } from "./queue.ts";
import { createTasksEmulatorQueue } from "./tasks-emulator.ts";

/** The part of the configuration that queues need. */
export interface QueueSettings {
  projectId: string;
  region: string;
  serviceAccount: CloudTasksOptions["credentials"];
  tasks: { emulatorHost: string | undefined; serviceAccount: string | undefined };
}

/** The queue of a function: in the Tasks emulator, if there is one, else in Cloud Tasks. */
export function openQueue(
  { projectId, region, serviceAccount: credentials, tasks: { emulatorHost, serviceAccount } }: QueueSettings,
  functionName: string,
  functionUrl: string,
): Queue {
  const target = { projectId, region, functionName };
  return emulatorHost
    ? createTasksEmulatorQueue(emulatorHost, target)
    : createCloudTasksQueue({ ...target, functionUrl, serviceAccount, credentials });
}
