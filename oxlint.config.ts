import { type OxlintOverride, defineConfig } from "oxlint";

/**
 * The layers of functions/src, from top to bottom: which folders and files each folder may import besides itself. A folder that is not
 * named for another is forbidden to it. The files at the top (index, app, create-context) may import everything.
 */
const LAYERS: Record<string, string[]> = {
  routes: ["services", "context", "security", "limits", "content", "runtime", "config", "errors", "contract"],
  services: [
    "context",
    "caching",
    "replicas",
    "relay",
    "limits",
    "security",
    "batching",
    "content",
    "tables",
    "realtime",
    "database",
    "telemetry",
    "runtime",
    "config",
    "errors",
    "contract",
  ],
  relay: [
    "batching",
    "alerts",
    "tables",
    "realtime",
    "database",
    "telemetry",
    "runtime",
    "config",
    "errors",
    "contract",
  ],
  limits: ["batching", "tables", "redis", "database", "errors", "contract"],
  security: ["runtime", "batching", "content", "tables", "database", "config", "errors", "contract"],
  caching: ["redis", "contract"],
  replicas: ["batching", "tables", "database", "runtime", "errors", "contract"],
  batching: ["tables", "database", "errors", "contract"],
  alerts: ["replicas", "tables", "database", "telemetry", "runtime", "contract"],
  tables: ["database", "contract"],
  realtime: ["runtime", "contract"],
  redis: ["contract"],
  database: ["contract"],
  content: ["contract"],
  telemetry: ["runtime", "contract"],
  runtime: ["contract"],
  contract: [],
};

/** Files directly in functions/src. */
const FILES = ["app", "config", "context", "create-context", "deployment", "errors", "index", "pools", "project"];

const layers = Object.entries(LAYERS).map(([name, below]): OxlintOverride => {
  const folders = Object.keys(LAYERS).filter((folder) => folder !== name && !below.includes(folder));
  const files = FILES.filter((file) => !below.includes(file));
  const message = `${name}/ may import only: ${below.join(", ") || "nothing"}.`;
  const patterns = [
    { group: folders.map((folder) => `**/${folder}/**`), message },
    // By their path from here: a folder may have a file of the same name.
    { regex: String.raw`^(\.\./){1,3}(${files.join("|")})\.ts$`, message },
    ...(name === "routes" ? [] : [{ group: ["hono", "hono/*", "@hono/*"], message: "Only routes know HTTP." }]),
    // The browser imports it: no package, and nothing of Node's.
    ...(name === "contract" ? [{ group: ["*", "!./*"], message: "The contract imports only itself." }] : []),
  ];
  const paths =
    name === "routes"
      ? [
          {
            name: "@hono/zod-openapi",
            importNames: ["createRoute"],
            message: "Use route() of routes/http/access.ts: a route says who may call it.",
          },
        ]
      : [];
  return {
    files: [`functions/src/${name}/**`],
    rules: { "eslint/no-restricted-imports": ["error", { paths, patterns }] },
  };
});

/** The layers of rtdb-server, from top to bottom. Each may import the ones after it. */
const SERVER_LAYERS = ["http", "session", "data", "rules", "query", "tree"];

const serverLayers = SERVER_LAYERS.map((name, n): OxlintOverride => {
  const above = SERVER_LAYERS.slice(0, n).map((layer) => `**/${layer}/**`);
  const patterns = [
    { group: [...above, "**/server.ts", "**/main.ts"], message: `Imports go down: ${SERVER_LAYERS.join(" -> ")}.` },
    { group: ["**/functions/**", "**/web/**", "**/scripts/**", "**/test/**"], message: "The server stands alone." },
  ];
  return {
    files: [`rtdb-server/${name}/**`],
    rules: { "eslint/no-restricted-imports": ["error", { patterns }] },
  };
});

export default defineConfig({
  plugins: ["typescript", "import", "node", "unicorn", "oxc", "promise", "jest"],
  categories: { correctness: "error", suspicious: "error" },
  options: { typeAware: true },
  ignorePatterns: ["functions/lib", "web/dist", "web/lib", ".local"],
  rules: {
    // Types count too: a cycle of types ties files together as much as one of values.
    "import/no-cycle": ["error", { ignoreTypes: false }],
    // One import line a module. A line that imports only types is `import type`, so that nothing is loaded for it.
    "import/no-duplicates": ["error", { preferInline: true }],
    "typescript/no-import-type-side-effects": "error",
    "node/no-process-env": "error",
    "eslint/max-lines": ["error", { max: 250 }],
    "eslint/no-console": "error",
    "eslint/eqeqeq": "error",
    "typescript/no-explicit-any": "error",
    "typescript/no-non-null-assertion": "error",
    // An SQL statement that is built and not executed looks like a forgotten promise: see database/statement.ts.
    "typescript/no-floating-promises": ["error", { checkThenables: true }],
    "typescript/no-misused-promises": "error",
    "typescript/switch-exhaustiveness-check": "error",
    "eslint/no-await-in-loop": "off",
    "eslint/no-underscore-dangle": "off",
    "eslint/no-shadow": "off",
    "eslint/no-control-regex": "off",
    "promise/always-return": "off",
    "unicorn/consistent-function-scoping": "off",
    "unicorn/no-useless-spread": "off",
    "import/no-unassigned-import": "off",
    "unicorn/no-array-sort": "off",
  },
  overrides: [
    { files: ["functions/src/config.ts"], rules: { "node/no-process-env": "off" } },
    {
      files: ["rtdb-server/**", "scripts/**", "test/**", "jest.config.js"],
      rules: {
        "node/no-process-env": "off",
        "eslint/no-console": "off",
        "typescript/no-unsafe-type-assertion": "off",
      },
    },
    ...layers,
    ...serverLayers,
    {
      files: ["web/element/**"],
      rules: {
        "eslint/no-restricted-globals": ["error", { name: "fetch", message: "The element asks the client." }],
        "eslint/no-restricted-imports": [
          "error",
          {
            patterns: [
              {
                regex: String.raw`^(\.\./){1,2}src/(?!index\.ts$)`,
                message: "The element uses the client as a site does.",
              },
              { group: ["firebase", "firebase/*"], message: "The element knows no Firebase." },
            ],
          },
        ],
      },
    },
    {
      files: ["test/**"],
      rules: {
        "typescript/no-non-null-assertion": "off",
        "jest/no-conditional-expect": "off",
        "jest/expect-expect": ["error", { assertFunctionNames: ["expect", "until"] }],
      },
    },
  ],
});
