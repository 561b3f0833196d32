import { readFileSync } from "node:fs";
import { join } from "node:path";
import { APIS } from "../../../scripts/doctor/project/services.ts";
import { root } from "../../../scripts/platform/paths.ts";
import { type HttpServer, startHttpServer } from "../network/http-server.ts";

/** The answers of Google's APIs, by service and path. What is not here is a 404. */
export type Answers = Record<string, unknown>;

const PROJECT = "my-comments";
const REGION = "europe-west1";
const ACCOUNT = "1234567890-compute@developer.gserviceaccount.com";

const LOCATION = `projects/${PROJECT}/locations/${REGION}`;
const FUNCTIONS = ["api", "relayVideos", "relayUsers", "countAudiences", "sweep", "reconcile", "maintain", "purge"];
const SECRETS = ["MYSQL_URL", "ACCESS_TOKEN_KEYS", "REFRESH_TOKEN_KEYS"];
const member = `serviceAccount:${ACCOUNT}`;

const bind = (...roles: string[]) => ({ bindings: roles.map((role) => ({ role, members: [member] })) });

/** Where each answer is, for tests that change one. */
export const PLACES = {
  project: `cloudresourcemanager/v1/projects/${PROJECT}`,
  policy: `cloudresourcemanager/v1/projects/${PROJECT}:getIamPolicy`,
  apis: "serviceusage/v1/projects/1234567890/services",
  billing: `cloudbilling/v1/projects/${PROJECT}/billingInfo`,
  authentication: `identitytoolkit/admin/v2/projects/${PROJECT}/config`,
  databases: `firebasedatabase/v1beta/projects/${PROJECT}/locations/-/instances`,
  rules: ".settings/rules.json",
  webApps: `firebase/v1beta1/projects/${PROJECT}/webApps`,
  siteKey: `firebaseappcheck/v1/projects/1234567890/apps/1:1234567890:web:abc/recaptchaEnterpriseConfig`,
  siteSecret: `firebaseappcheck/v1/projects/1234567890/apps/1:1234567890:web:abc/recaptchaV3Config`,
  enforcement: (service: string) => `firebaseappcheck/v1/projects/1234567890/services/${service}.googleapis.com`,
  site: `firebasehosting/v1beta1/projects/${PROJECT}/sites/${PROJECT}`,
  functions: `cloudfunctions/v2/${LOCATION}/functions`,
  account: `iam/v1/projects/${PROJECT}/serviceAccounts/${ACCOUNT}`,
  accountPolicy: `iam/v1/projects/${PROJECT}/serviceAccounts/${ACCOUNT}:getIamPolicy`,
  alertPolicies: `monitoring/v3/projects/${PROJECT}/alertPolicies`,
  uptime: `monitoring/v3/projects/${PROJECT}/uptimeCheckConfigs`,
  sql: `sqladmin/v1/projects/${PROJECT}/instances`,
  queue: (name: string) => `cloudtasks/v2/${LOCATION}/queues/${name}`,
  job: (name: string) => `cloudscheduler/v1/${LOCATION}/jobs/firebase-schedule-${name}-${REGION}`,
  invokers: (name: string) => `run/v2/${LOCATION}/services/${name.toLowerCase()}:getIamPolicy`,
  secret: (name: string) => `secretmanager/v1/projects/${PROJECT}/secrets/${name}/versions/latest`,
  secretPolicy: (name: string) => `secretmanager/v1/projects/${PROJECT}/secrets/${name}:getIamPolicy`,
};

const queue = (maxDispatchesPerSecond: number, maxConcurrentDispatches: number) => ({
  state: "RUNNING",
  rateLimits: { maxDispatchesPerSecond, maxConcurrentDispatches, maxBurstSize: 100 },
  retryConfig: { maxAttempts: -1, maxRetryDuration: "14400s", minBackoff: "1s", maxBackoff: "60s", maxDoublings: 6 },
});

/** A project in which everything is as it should be. */
export function healthyAnswers(): Answers {
  const hourly = (name: string) => (name === "purge" ? "every 60 minutes" : "every 1 minutes");
  return {
    [PLACES.project]: { projectId: PROJECT, projectNumber: "1234567890", lifecycleState: "ACTIVE" },
    [PLACES.policy]: bind(
      "roles/firebasedatabase.admin",
      "roles/firebaseauth.admin",
      "roles/cloudtasks.enqueuer",
      "roles/monitoring.metricWriter",
    ),
    [PLACES.apis]: { services: APIS.map((name) => ({ config: { name: `${name}.googleapis.com` } })) },
    [PLACES.billing]: { billingEnabled: true },
    [PLACES.authentication]: { name: "config" },
    [PLACES.databases]: {
      instances: [
        {
          name: `projects/1234567890/locations/${REGION}/instances/${PROJECT}-default-rtdb`,
          databaseUrl: "BASE/",
          type: "DEFAULT_DATABASE",
          state: "ACTIVE",
        },
      ],
    },
    [PLACES.rules]: readFileSync(join(root, "database.rules.json"), "utf8"),
    [PLACES.webApps]: { apps: [{ appId: "1:1234567890:web:abc" }] },
    [PLACES.siteKey]: { siteKey: "6LdpMXIpAAAAANkwWQPgEdjEhal7ugkH9RK9ytuw" },
    [PLACES.enforcement("firebasedatabase")]: { enforcementMode: "UNENFORCED" },
    [PLACES.site]: { name: PROJECT, defaultUrl: `https://${PROJECT}.web.app` },
    [PLACES.functions]: {
      functions: FUNCTIONS.map((name) => ({
        name: `${LOCATION}/functions/${name}`,
        state: "ACTIVE",
        serviceConfig: { serviceAccountEmail: ACCOUNT },
      })),
    },
    [PLACES.account]: { email: ACCOUNT },
    [PLACES.accountPolicy]: bind("roles/iam.serviceAccountTokenCreator", "roles/iam.serviceAccountUser"),
    [PLACES.alertPolicies]: {
      alertPolicies: [
        {
          displayName: "live-comments alerts",
          enabled: true,
          notificationChannels: ["projects/x/notificationChannels/1"],
          conditions: [{ conditionMatchedLog: { filter: 'jsonPayload.alert=~".+"' } }],
        },
      ],
    },
    [PLACES.uptime]: { uptimeCheckConfigs: [{ httpCheck: { path: "/v1/ready" } }] },
    [PLACES.sql]: {
      items: [
        {
          name: "live-comments",
          databaseVersion: "MYSQL_8_4",
          region: REGION,
          settings: {
            availabilityType: "REGIONAL",
            deletionProtectionEnabled: true,
            backupConfiguration: { enabled: true, binaryLogEnabled: true },
          },
        },
      ],
    },
    [PLACES.queue("relayVideos")]: queue(500, 100),
    [PLACES.queue("relayUsers")]: queue(100, 40),
    [PLACES.queue("countAudiences")]: queue(500, 80),
    ...Object.fromEntries(
      ["sweep", "reconcile", "maintain", "purge"].map((name) => [
        PLACES.job(name),
        { state: "ENABLED", schedule: hourly(name) },
      ]),
    ),
    [PLACES.invokers("relayVideos")]: bind("roles/run.invoker"),
    [PLACES.invokers("relayUsers")]: bind("roles/run.invoker"),
    [PLACES.invokers("countAudiences")]: bind("roles/run.invoker"),
    ...Object.fromEntries(
      SECRETS.flatMap((name) => [
        [PLACES.secret(name), { state: "ENABLED" }],
        [PLACES.secretPolicy(name), bind("roles/secretmanager.secretAccessor")],
      ]),
    ),
  };
}

export interface FakeGoogle extends HttpServer {
  answers: Answers;
}

/** A server that answers as Google's REST APIs do, each below the name of its service. A Response is sent as it is. */
export async function startFakeGoogle(): Promise<FakeGoogle> {
  const state = { answers: healthyAnswers() };
  const server = await startHttpServer(({ path, headers }) => {
    if (!headers.get("authorization")?.startsWith("Bearer ")) return new Response("{}", { status: 401 });
    const [place = ""] = path.slice(1).split("?");
    const answer = state.answers[place];
    if (answer === undefined) return Response.json({ error: { message: "not found" } }, { status: 404 });
    if (answer instanceof Response) return answer.clone();
    const text = typeof answer === "string" ? answer : JSON.stringify(answer);
    return new Response(text.replaceAll("BASE/", `${server.url}/`), {
      headers: { "content-type": "application/json" },
    });
  });
  return Object.defineProperty({ ...server, answers: state.answers }, "answers", {
    get: () => state.answers,
    set: (answers: Answers) => {
      state.answers = answers;
    },
  });
}
