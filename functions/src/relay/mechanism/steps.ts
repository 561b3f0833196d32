import type { MirroredKind, SubjectKind } from "./subject.ts";

/**
 * A step normally brings over the whole backlog. Further ones are needed after a large delta, which is cut, after a step that only
 * quarantined comments, adopted a fence or lost a race, and while the subject changes. A subject that never rests must not hold a
 * connection for ever.
 */
const CATCH_UP_MS = 2_000;

/**
 * Relays until the mirror lacks nothing. For tasks, sweeps and commands, for which no request waits. Returns false if the subject still
 * changes after `budgetMs`: then somebody has to look at it again.
 * @throws RealtimeError
 */
export async function catchUp(
  subjects: Pick<SubjectKind, "relayStep">,
  id: string,
  budgetMs = CATCH_UP_MS,
): Promise<boolean> {
  const end = performance.now() + budgetMs;
  let reached = await subjects.relayStep(id);
  while (reached !== undefined && performance.now() < end) reached = await subjects.relayStep(id);
  return reached === undefined;
}

/**
 * Relays what was committed before the call. It leaves later changes to others, so it ends even for a subject that never rests.
 * @throws RealtimeError
 */
export async function relayCommitted(
  subjects: Pick<MirroredKind, "relayStep" | "findLastSeqIfBehind">,
  id: string,
): Promise<void> {
  const seq = await subjects.findLastSeqIfBehind(id);
  if (seq === undefined) return;
  let reached = await subjects.relayStep(id);
  while (reached !== undefined && reached < seq) reached = await subjects.relayStep(id);
}
