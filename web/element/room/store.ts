/** What the element keeps in the browser, as JSON. Where storage is blocked, it lasts as long as the page. */
const memory = new Map<string, string>();

export function readStored(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? memory.get(key) ?? "null");
  } catch {
    return null;
  }
}

export function writeStored(key: string, value: unknown): void {
  const text = JSON.stringify(value);
  memory.set(key, text);
  try {
    localStorage.setItem(key, text);
  } catch {
    // Blocked or full.
  }
}
