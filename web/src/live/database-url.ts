/** The REST address of a place, from the `databaseURL` of the Firebase SDK. Locally that has the database's name in `?ns=`. */
export function databaseUrl(base: string, path: string, query: Record<string, string> = {}): string {
  const url = new URL(base);
  url.pathname = `/${path}.json`;
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}
