/**
 * What a relay task says: look at this subject, as in `{ video_id }` or `{ user_id }`. A hint without data or authority, so a duplicate,
 * late or forged one does no harm.
 */
export type Task = Readonly<Record<string, string>>;

/** Where tasks are enqueued. Tasks have no names: Cloud Tasks refuses a name again for an hour, and would swallow later tasks. */
export interface Queue {
  /** Resolves when the queue has taken the task; throws when it has not. The task runs at once, or after a delay. */
  enqueue(task: Task, options?: { delaySeconds: number }): Promise<void>;
}

/** The function that runs the tasks; its queue has the same name. */
export interface QueueTarget {
  projectId: string;
  region: string;
  functionName: string;
}

/** The body that `onTaskDispatched` expects. */
export function taskBody(task: Task): string {
  return Buffer.from(JSON.stringify({ data: task })).toString("base64");
}
