import { afterAll, afterEach, beforeAll, beforeEach } from "@jest/globals";
import { App, type AppOptions } from "./app.ts";

/** An app for the tests of this file or `describe`: it starts before the first and closes after the last. */
export function useApp<Name extends string = never>(options: AppOptions<Name> = {}): App<Name> {
  const app = new App(options);
  beforeAll(() => app.start());
  afterAll(() => app.close());
  return app;
}

/** The same with a fresh database and fresh users for each test. */
export function useFreshApp<Name extends string = never>(options: AppOptions<Name> = {}): App<Name> {
  const app = new App(options);
  beforeEach(() => app.start());
  afterEach(() => app.close());
  return app;
}

/** An app for the rest of one test: `await using app = await startApp()`. */
export async function startApp<Name extends string = never>(options: AppOptions<Name> = {}): Promise<App<Name>> {
  const app = new App(options);
  try {
    await app.start();
  } catch (error) {
    await app.close();
    throw error;
  }
  return app;
}
