import type { Api } from "../api/api.ts";
import { sendRequest } from "../http/send-request.ts";

/** The public settings of the Firebase project, as its console shows them. `projectId` and `databaseURL` are enough to read. */
export interface FirebaseSettings {
  databaseURL: string;
  projectId: string;
  /** Needed by signed-in users, for presence. */
  apiKey?: string;
  appId?: string;
  authDomain?: string;
  /** Only on a developer's machine. */
  authEmulatorUrl?: string;
}

/**
 * The settings of a site that gives none: the API knows the database, and Firebase Hosting serves the rest. A page that is not on
 * Hosting, or whose API is elsewhere, can read without the rest.
 */
export async function fetchSettings(api: Api, hosting: string, signal: AbortSignal): Promise<FirebaseSettings> {
  const [settings, config] = await Promise.all([
    api.call("getRealtimeSettings", undefined, { signal, attempts: 1 }),
    sendRequest<{ apiKey?: string; appId?: string; authDomain?: string }>({
      method: "GET",
      url: hosting,
      signal,
    }).then(
      ({ body }) => body,
      () => ({}),
    ),
  ]);
  return {
    ...config,
    projectId: settings.project_id,
    databaseURL: settings.database_url,
    ...(settings.auth_emulator_url ? { authEmulatorUrl: settings.auth_emulator_url } : {}),
  };
}
