/** What a deployment has left at Google. */
export interface Deployed {
  /** The security rules by the name of the database. */
  rules: Record<string, string>;
  functions: Record<string, CloudFunction>;
  queues: Record<string, unknown>;
  jobs: Record<string, unknown>;
  /** Who may do what, by the path of the resource. */
  policies: Record<string, unknown>;
  /** The uploaded archives of functions. */
  archives: Buffer[];
  hosting: { config: unknown; files: string[]; isReleased: boolean };
}

interface CloudFunction {
  name: string;
  labels?: Record<string, string>;
  serviceConfig: Record<string, unknown>;
  buildConfig: Record<string, unknown>;
}

export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  body: Buffer;
  json: Record<string, unknown>;
}

type Answer = (call: Call, match: RegExpExecArray) => unknown;

export interface State {
  url: string;
  /** Whether creations of functions fail. */
  isBroken: boolean;
}

export const PROJECT = "my-comments";
const NUMBER = "1234567890";

/** What is not there: a 404. */
export const MISSING = Symbol("missing");

const lastOf = (name: unknown): string => String(name).split("/").at(-1) ?? "";

/** The requests of a deployment by the Firebase CLI, as "METHOD /SERVICE/PATH", and what Google answers. */
export function cliRoutes(deployed: Deployed, state: State): [RegExp, Answer][] {
  /** What became of the creation of each function. */
  const operations: Record<string, unknown> = {};
  const begin = (id: string, outcome: object) => {
    operations[id] = { name: `operations/${id}`, done: true, ...outcome };
    return { name: `operations/${id}` };
  };
  const finished = (response: unknown) => ({ name: "operations/1", done: true, response });
  const isKnown = (resource: unknown) => resource ?? MISSING;
  const project = {
    projectId: PROJECT,
    projectNumber: NUMBER,
    lifecycleState: "ACTIVE",
    resources: { hostingSite: PROJECT, realtimeDatabaseInstance: `${PROJECT}-default-rtdb` },
  };

  function createFunction({ json, query }: Call): unknown {
    const id = query.get("functionId") ?? "";
    if (state.isBroken) return begin(id, { error: { code: 3, message: "the build failed" } });
    const made = json as unknown as CloudFunction;
    const region = made.name.split("/")[3] ?? "";
    deployed.functions[id] = made;
    const response = {
      ...made,
      state: "ACTIVE",
      serviceConfig: {
        ...made.serviceConfig,
        uri: `https://${id.toLowerCase()}-x.a.run.app`,
        service: `projects/${PROJECT}/locations/${region}/services/${id.toLowerCase()}`,
      },
    };
    return begin(id, { response });
  }

  return [
    [/^GET \/firebase\/v1beta1\/projects\/[^/]+$/, () => project],
    [
      /^GET \/firebase\/v1beta1\/projects\/[^/]+\/adminSdkConfig$/,
      () => ({ projectId: PROJECT, locationId: "europe-west1" }),
    ],
    [/^GET \/resources\/v1\/projects\/[^/:]+$/, () => project],
    [/^POST \/\w+\/v1\/.*:testIamPermissions$/, ({ json }) => ({ permissions: json["permissions"] })],
    [/^POST \/resources\/v1\/projects\/[^/]+:getIamPolicy$/, () => ({ bindings: [], etag: "x" })],
    [/^POST \/resources\/v1\/projects\/[^/]+:setIamPolicy$/, ({ json }) => json["policy"]],
    [/^GET \/billing\/v1\/projects\/[^/]+\/billingInfo$/, () => ({ billingEnabled: true })],
    [/^GET \/runtimeconfig\/v1beta1\/projects\/[^/]+\/configs$/, () => ({ configs: [] })],
    [/^GET \/extensions\/v1beta\/projects\/[^/]+\/instances$/, () => ({ instances: [] })],
    [/^GET \/usage\/v1\/projects\/[^/]+\/services\/[^/]+$/, () => ({ state: "ENABLED" })],
    [/^POST \/usage\/v1beta1\/.*:generateServiceIdentity$/, () => finished({})],
    [
      /^GET \/compute\/compute\/v1\/projects\/[^/]+$/,
      () => ({ defaultServiceAccount: `${NUMBER}-compute@developer.gserviceaccount.com` }),
    ],
    [
      /^GET \/rtdb\/v1beta\/projects\/[^/]+\/locations\/-\/instances\/([^/]+)$/,
      (_, [, name]) => ({
        name: `projects/${NUMBER}/locations/europe-west1/instances/${name}`,
        project: `projects/${NUMBER}`,
        databaseUrl: `${state.url}/`,
        type: "DEFAULT_DATABASE",
        state: "ACTIVE",
      }),
    ],
    [
      // The CLI puts the path behind the namespace of an address that is not Google's.
      /^PUT \/$/,
      ({ query, body }) => {
        const [name = ""] = (query.get("ns") ?? "").split("/");
        if (query.get("dryRun") !== "true") deployed.rules[name] = body.toString();
        return { status: "ok" };
      },
    ],
    [/^GET \/functions1\/v1\/.*\/functions$/, () => ({ functions: [] })],
    [
      /^GET \/functions\/v2\/.*\/functions$/,
      () => ({ functions: Object.values(deployed.functions).map((one) => ({ ...one, state: "ACTIVE" })) }),
    ],
    [
      /^POST \/functions\/v2\/.*\/functions:generateUploadUrl$/,
      () => ({ uploadUrl: `${state.url}/upload?GoogleAccessId=x`, storageSource: { bucket: "b", object: "o" } }),
    ],
    [
      /^PUT \/upload$/,
      ({ body }) => {
        deployed.archives.push(body);
        return {};
      },
    ],
    [/^POST \/functions\/v2\/.*\/functions$/, createFunction],
    [
      /^(POST|GET) \/\w+\/v\w+\/(.+):(getIamPolicy)$/,
      (_, [, , name]) => deployed.policies[name ?? ""] ?? { bindings: [] },
    ],
    [/^POST \/\w+\/v\w+\/(.+):setIamPolicy$/, ({ json }, [, name]) => (deployed.policies[name ?? ""] = json["policy"])],
    [/^GET \/tasks\/v2\w*\/.*\/queues\/([^/]+)$/, (_, [, name]) => isKnown(deployed.queues[name ?? ""])],
    [/^POST \/tasks\/v2\w*\/.*\/queues$/, ({ json }) => (deployed.queues[lastOf(json["name"])] = json)],
    [/^PATCH \/tasks\/v2\w*\/.*\/queues\/([^/]+)$/, ({ json }, [, name]) => (deployed.queues[name ?? ""] = json)],
    [/^GET \/scheduler\/v1\w*\/.*\/jobs\/([^/]+)$/, (_, [, name]) => isKnown(deployed.jobs[name ?? ""])],
    [/^POST \/scheduler\/v1\w*\/.*\/jobs$/, ({ json }) => (deployed.jobs[lastOf(json["name"])] = json)],
    [
      /^GET \/secrets\/v1\/(projects\/[^/]+\/secrets\/[^/]+)$/,
      (_, [, name]) => ({ name, labels: {}, replication: { automatic: {} } }),
    ],
    [
      /^GET \/secrets\/v1\/projects\/[^/]+\/(secrets\/[^/]+)\/versions\/[^/]+$/,
      (_, [, name]) => ({
        name: `projects/${NUMBER}/${name}/versions/1`,
        state: "ENABLED",
      }),
    ],
    [
      /^GET \/artifacts\/.*\/repositories\/gcf-artifacts$/,
      (_, [path = ""]) => ({ name: path.replace(/^.*?projects/, "projects"), format: "DOCKER" }),
    ],
    [/^PATCH \/artifacts\/.*\/repositories\/gcf-artifacts$/, ({ json }) => json],
    [
      /^GET \/hosting\/v1beta1\/projects\/[^/]+\/sites\/([^/]+)$/,
      (_, [, site]) => ({
        name: `projects/${PROJECT}/sites/${site}`,
        type: "DEFAULT_SITE",
        defaultUrl: `https://${site}.web.app`,
      }),
    ],
    [
      /^POST \/hosting\/v1beta1\/projects\/[^/]+\/sites\/([^/]+)\/versions$/,
      (_, [, site]) => ({ name: `sites/${site}/versions/1` }),
    ],
    [
      /^POST \/hosting\/v1beta1\/.*\/versions\/1:populateFiles$/,
      ({ json }) => {
        deployed.hosting.files.push(...Object.keys(json["files"] ?? {}));
        return { uploadRequiredHashes: Object.values(json["files"] ?? {}), uploadUrl: `${state.url}/files` };
      },
    ],
    [/^POST \/files\/\w+$/, () => ({})],
    [
      /^PATCH \/hosting\/v1beta1\/.*\/versions\/1$/,
      ({ json }) => {
        deployed.hosting.config = json["config"];
        return { ...json, name: "versions/1" };
      },
    ],
    [
      /^POST \/hosting\/v1beta1\/.*\/(channels\/live\/)?releases$/,
      () => {
        deployed.hosting.isReleased = true;
        return { name: "releases/1" };
      },
    ],
    [/^GET \/\w+\/v\w+\/operations\/(\w+)$/, (_, [, id]) => operations[id ?? ""] ?? finished({})],
  ];
}
