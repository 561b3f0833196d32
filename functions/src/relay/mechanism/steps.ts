import type { RelaySteps } from "./subject.ts";

/**
 * Relays what was committed before the call. It leaves later changes to others, so it ends even for a subject that never rests. A step
 * normally brings over the whole backlog. Further ones are needed after a large delta, which is cut, and after a step that only
 * quarantined comments, adopted a fence or lost a race.
 * @throws RealtimeError
 */
export async function relayCommitted(steps: RelaySteps, id: string): Promise<void> {
  const seq = await steps.findLastSeqIfBehind(id);
  if (seq === undefined) return;
  let reached = await steps.relayStep(id);
  while (reached !== undefined && reached < seq) reached = await steps.relayStep(id);
}

/**
 * The same for tasks, sweeps and commands. A change that is committed while a task is pending asks for none of its own (`PendingTasks`),
 * until the first round has marked what the task was enqueued for. The second round relays these changes too. Where no pending tasks are
 * remembered, it finds nothing to do.
 * @throws RealtimeError
 */
export async function relayPending(steps: RelaySteps, id: string): Promise<void> {
  await relayCommitted(steps, id);
  await relayCommitted(steps, id);
}
