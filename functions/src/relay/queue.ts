/** What a relay task says, and all that it says: look at this video. It carries no data and no authority. */
export interface RelayTask {
  video_id: string;
}

/** Where relay tasks are enqueued. Tasks are unnamed: a name stays taken for an hour, and would swallow wake-ups. */
export interface Queue {
  /** Resolves when the queue has taken the task; throws when it has not. */
  enqueue(task: RelayTask): Promise<void>;
}

/** The function that runs the tasks; its queue has the same name. */
export interface QueueTarget {
  projectId: string;
  region: string;
  functionName: string;
}

/** The body that `onTaskDispatched` expects. */
export function taskBody(task: RelayTask): string {
  return Buffer.from(JSON.stringify({ data: task })).toString("base64");
}
