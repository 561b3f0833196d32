/** What the browser's storage did not take. It lasts as long as the page. */
const memory = new Map<string, string>();

/** What the element keeps in the browser, as JSON. */
export function readStored(key: string): unknown {
  try {
    return JSON.parse(memory.get(key) ?? localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

export function writeStored(key: string, value: unknown): void {
  const text = JSON.stringify(value);
  memory.delete(key);
  try {
    localStorage.setItem(key, text);
  } catch {
    // Blocked or full.
    memory.set(key, text);
  }
}

/** Another tab has written: that is newer than what the storage did not take. */
export function forgetUnstored(key: string): void {
  memory.delete(key);
}
