import { z } from "zod";
import { type Outcome, error, ok, warning } from "../outcome.ts";
import type { ProjectFacts } from "./facts.ts";

const app = z.looseObject({ appId: z.string() });
const enterprise = z.looseObject({ siteKey: z.string().default("") });
const classic = z.looseObject({ siteSecretSet: z.boolean().default(false) });
const service = z.looseObject({ enforcementMode: z.string().default("OFF") });

/** Google's own services that the browser client calls without a token. */
const SERVICES = {
  "firebasedatabase.googleapis.com": "the Realtime Database",
  "identitytoolkit.googleapis.com": "Authentication",
};

/** Where the API looks at App Check tokens, pages must be able to get some. */
export async function appCheck(facts: ProjectFacts, mode = "off"): Promise<Outcome[]> {
  if (mode === "off") return [ok("App Check is off (APP_CHECK)")];
  return [await registration(facts), ...(await enforcement(facts))];
}

async function registration({ google, id, number }: ProjectFacts): Promise<Outcome> {
  const apps = await google.list("firebase", `/v1beta1/projects/${id}/webApps`, "apps", app);
  if (apps.length === 0) {
    return error(
      "the project has no web app, so no page gets an App Check token",
      `npx firebase apps:create WEB site --project ${id}`,
    );
  }
  const areRegistered = await Promise.all(
    apps.map(({ appId }) => isRegistered(google, `/v1/projects/${number}/apps/${appId}`)),
  );
  const count = areRegistered.filter(Boolean).length;
  if (count > 0) return ok(`${count} of ${apps.length} web apps are registered for App Check`);
  return error("no web app is registered for App Check", "Firebase console, App Check, Apps; or set APP_CHECK=off");
}

async function isRegistered(google: ProjectFacts["google"], place: string): Promise<boolean> {
  const keys = await google.get("firebaseappcheck", `${place}/recaptchaEnterpriseConfig`, enterprise);
  if (keys?.siteKey) return true;
  return (await google.get("firebaseappcheck", `${place}/recaptchaV3Config`, classic))?.siteSecretSet ?? false;
}

async function enforcement({ google, number }: ProjectFacts): Promise<Outcome[]> {
  const outcomes = await Promise.all(
    Object.entries(SERVICES).map(async ([name, what]) => {
      const found = await google.get("firebaseappcheck", `/v1/projects/${number}/services/${name}`, service);
      if (found?.enforcementMode !== "ENFORCED") return [];
      return [
        warning(
          `App Check is enforced for ${what}, to which the client sends no token`,
          "Firebase console, App Check, APIs: do not enforce it there",
        ),
      ];
    }),
  );
  return outcomes.flat();
}
