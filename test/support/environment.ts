/** An environment variable that `npm test` sets, such as where the platform of the tests listens. */
export function environment(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: only \`npm test\` starts the platform that these tests need`);
  return value;
}

/** Sends to the functions that are deployed on that platform. A path begins with /v1. */
export function sendToPlatform(path: string, init: RequestInit): Promise<Response> {
  return fetch(new URL(path, environment("API_URL")), init);
}
