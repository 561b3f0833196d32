import type { Api } from "../api/api.ts";

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

/** What a reader needs, for a site that gives no settings: the API knows the database. */
export async function fetchFirebaseSettings(api: Api, signal: AbortSignal): Promise<FirebaseSettings> {
  const settings = await api.call("getRealtimeSettings", undefined, { signal, attempts: 1 });
  return {
    projectId: settings.project_id,
    databaseURL: settings.database_url,
    ...(settings.auth_emulator_url ? { authEmulatorUrl: settings.auth_emulator_url } : {}),
  };
}
