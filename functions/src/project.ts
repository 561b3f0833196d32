import { createPrivateKey } from "node:crypto";
import { z } from "zod";

export interface Project {
  projectId: string;
  /** Undefined: the platform's own service account, or the one that GOOGLE_APPLICATION_CREDENTIALS names. */
  serviceAccount: { clientEmail: string; privateKey: string } | undefined;
}

/** The file that Google makes for a service account's key. It has more, which is not needed. */
const keyFile = z.looseObject({
  project_id: z.string().min(1),
  client_email: z.string().includes("@"),
  private_key: z.string().refine(isPrivateKey),
});

type Env = Record<string, string | undefined>;

/**
 * Reads the project and its service account. Each name has a place where it works:
 *
 * - `FIREBASE_PROJECT_ID`, `FIREBASE_CLIENT_EMAIL`, `FIREBASE_PRIVATE_KEY`: wherever we set the environment. The Firebase CLI refuses
 *   names with that prefix in `.env` and for secrets.
 * - `SERVICE_ACCOUNT_KEY`: everywhere, a secret of deployed functions too. The names above win over it.
 * - neither: the account as which the platform runs the process.
 * @returns the issues, each with its variable, and never a value; empty if there are none
 */
export function readProject(env: Env): { project: Project; issues: string[] } {
  const issues: string[] = [];
  const key = readKeyFile(env, issues);
  const clientEmail = env["FIREBASE_CLIENT_EMAIL"] || undefined;
  const privateKey = env["FIREBASE_PRIVATE_KEY"]?.replaceAll(String.raw`\n`, "\n") || undefined;
  if (privateKey !== undefined && !isPrivateKey(privateKey))
    issues.push("FIREBASE_PRIVATE_KEY: is no private key in PEM");
  if (clientEmail !== undefined && privateKey === undefined)
    issues.push("FIREBASE_PRIVATE_KEY: is not set, and FIREBASE_CLIENT_EMAIL is");
  if (clientEmail === undefined && privateKey !== undefined)
    issues.push("FIREBASE_CLIENT_EMAIL: is not set, and FIREBASE_PRIVATE_KEY is");
  const projectId = env["FIREBASE_PROJECT_ID"] || key?.project_id || env["GCLOUD_PROJECT"] || "";
  if (projectId === "") issues.push("GCLOUD_PROJECT: is not set, nor is FIREBASE_PROJECT_ID");
  const ofKey = key && { clientEmail: key.client_email, privateKey: key.private_key };
  const serviceAccount = clientEmail && privateKey ? { clientEmail, privateKey } : ofKey;
  return { project: { projectId, serviceAccount }, issues };
}

function readKeyFile(env: Env, issues: string[]): z.infer<typeof keyFile> | undefined {
  const text = env["SERVICE_ACCOUNT_KEY"];
  if (!text) return undefined;
  const parsed = keyFile.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  issues.push(
    "SERVICE_ACCOUNT_KEY: is not the JSON of a service account's key (project_id, client_email, private_key)",
  );
  return undefined;
}

/** The value; undefined for what is no JSON. The parser's own error would quote the text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isPrivateKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).type === "private";
  } catch {
    return false;
  }
}
