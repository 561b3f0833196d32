/** What a relay task says, and all that it says: look at this video. It carries no data and no authority. */
export interface RelayTask {
  video_id: string;
}

/** What a task of the user mirror says: look at this user. */
export interface UserTask {
  user_id: string;
}

/** Where tasks are enqueued. Tasks are unnamed: a name stays taken for an hour, and would swallow wake-ups. */
export interface Queue<Task = RelayTask> {
  /** Resolves when the queue has taken the task; throws when it has not. */
  enqueue(task: Task): Promise<void>;
}

/** The function that runs the tasks; its queue has the same name. */
export interface QueueTarget {
  projectId: string;
  region: string;
  functionName: string;
}

/** The body that `onTaskDispatched` expects. */
export function taskBody(task: object): string {
  return Buffer.from(JSON.stringify({ data: task })).toString("base64");
}
