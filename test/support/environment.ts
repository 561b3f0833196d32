/** What `npm test` hands to the tests: where the platform that it started listens. */
export function environment(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: integration tests need the platform that \`npm test\` starts`);
  return value;
}

/** Sends to the functions as they are deployed on that platform. A path begins with /v1. */
export function sendToPlatform(path: string, init: RequestInit): Promise<Response> {
  return fetch(new URL(path, environment("API_URL")), init);
}
