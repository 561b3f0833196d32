import type { SubjectKind, SweptKind } from "./subject.ts";

/**
 * Relays until the mirror lacks nothing. For tasks, sweeps and commands, for which no request waits: it goes on for as long as the subject
 * changes meanwhile.
 * @throws RealtimeError
 */
export async function catchUp(subjects: Pick<SweptKind, "relayStep">, id: string): Promise<void> {
  let reached = await subjects.relayStep(id);
  while (reached !== undefined) reached = await subjects.relayStep(id);
}

/**
 * Relays what was committed before the call. It leaves later changes to others, so it ends even for a subject that never rests.
 * @throws RealtimeError
 */
export async function relayCommitted(
  subjects: Pick<SubjectKind, "relayStep" | "findLastSeqIfBehind">,
  id: string,
): Promise<void> {
  const seq = await subjects.findLastSeqIfBehind(id);
  if (seq === undefined) return;
  let reached = await subjects.relayStep(id);
  while (reached !== undefined && reached < seq) reached = await subjects.relayStep(id);
}
