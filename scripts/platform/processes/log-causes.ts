const MAX_CAUSES = 5;
const MAX_LENGTH = 500;

/** Words with which programs report what went wrong. */
const TROUBLE = /error|fatal|fail|abort|cannot|could not|unable|refused|denied|in use|no space|not found/i;
/** A frame of a stack, an object's property in a dump, or what a server or the Firebase CLI notes. */
const NOISE = /^\s+at |^\s*\w+: .*,$|\[Note\]|\[Warning\]|^[i✔⚠]  /;

/**
 * The first lines of a log's end that name what went wrong, each once. Of our own entries, which are JSON, only the message and the
 * innermost error are kept.
 */
export function findCauses(tail: string): string[] {
  const causes = new Set<string>();
  for (const line of tail.split("\n")) {
    const cause = line.startsWith("{") ? causeOfEntry(line) : causeOfText(line);
    if (cause) causes.add(cause.slice(0, MAX_LENGTH));
  }
  return [...causes].slice(0, MAX_CAUSES);
}

function causeOfText(line: string): string | undefined {
  return TROUBLE.test(line) && !NOISE.test(line) ? line.trim() : undefined;
}

/** Undefined for an entry that tells of no error. A line that is cut off is no entry. */
function causeOfEntry(line: string): string | undefined {
  let entry: { message?: string; error?: string; cause?: string };
  try {
    entry = JSON.parse(line);
  } catch {
    return undefined;
  }
  const error = entry.cause ?? entry.error;
  return error === undefined ? undefined : `${entry.message}: ${error}`;
}
