import { APIS } from "../doctor/project/services.ts";
import { alertPolicy, dashboard } from "./monitoring.ts";

export interface SetupOptions {
  projectId: string;
  region: string;
  /** Where the page will be, without `https://`. */
  host: string;
  /** A month, in US dollars: at half, at 90 % and at all of it, the billing account's owners get a mail. */
  budget: number;
  /** Of the database's primary. */
  maxConnections: number;
  hasReplica: boolean;
}

const PROJECT_ROLES = [
  "firebasedatabase.admin",
  "firebaseauth.admin",
  "cloudtasks.enqueuer",
  "monitoring.metricWriter",
];
const OWN_ROLES = ["iam.serviceAccountTokenCreator", "iam.serviceAccountUser"];

/** A shell script that prepares an empty project. It is printed, so that the person reads it before it runs. */
export function setupScript(options: SetupOptions): string {
  const { projectId } = options;
  const parts: [title: string, commands: string[]][] = [
    [
      "The APIs",
      [
        `gcloud services enable ${APIS.map((api) => `${api}.googleapis.com`).join(" ")} servicenetworking.googleapis.com compute.googleapis.com billingbudgets.googleapis.com`,
      ],
    ],
    ["A private address for Cloud SQL, in the default network", networkCommands()],
    ["MySQL, with a standby, backups and point-in-time recovery", databaseCommands(options)],
    ["The rights of the functions' account", accountCommands(options)],
    [
      "The Realtime Database",
      [
        `npx firebase database:instances:create ${projectId}-default-rtdb --location ${databaseLocation(options.region)} --project ${projectId}`,
      ],
    ],
    [
      "The secrets: the CLI asks for each value (docs/deploy.md, Secrets)",
      ["MYSQL_URL", "ACCESS_TOKEN_KEYS", "REFRESH_TOKEN_KEYS"].map(
        (name) => `npx firebase functions:secrets:set ${name} --project ${projectId}`,
      ),
    ],
    ["Who is told of an alert", monitoringCommands(options)],
    ["A budget: set BILLING_ACCOUNT to the account's id before", [budgetCommand(options)]],
  ];
  const lines = parts.flatMap(([title, commands]) => ["", `# ${title}.`, ...commands]);
  return [
    "#!/bin/sh",
    `# Prepares the project ${projectId} for live-comments. Printed by npm run setup. Read it before you run it.`,
    "# What exists already makes its command fail: run the rest by hand.",
    "set -eu",
    `gcloud config set project ${projectId}`,
    `ACCOUNT="$(gcloud projects describe ${projectId} --format='value(projectNumber)')-compute@developer.gserviceaccount.com"`,
    ...lines,
    "",
  ].join("\n");
}

function networkCommands(): string[] {
  return [
    "gcloud compute addresses create comments-sql --global --purpose=VPC_PEERING --prefix-length=20 --network=default",
    "gcloud services vpc-peerings connect --service=servicenetworking.googleapis.com --ranges=comments-sql --network=default",
  ];
}

function databaseCommands({ region, maxConnections, hasReplica }: SetupOptions): string[] {
  const network = "--network=default --no-assign-ip --ssl-mode=ENCRYPTED_ONLY";
  const machine = "--edition=ENTERPRISE --cpu=2 --memory=7680MiB";
  return [
    `gcloud sql instances create comments --database-version=MYSQL_8_4 --region=${region} ${machine} --availability-type=REGIONAL --backup-start-time=03:00 --enable-bin-log --deletion-protection ${network} --database-flags=max_connections=${maxConnections}`,
    "gcloud sql databases create live_comments --instance=comments --charset=utf8mb4",
    // Not an argument, which everybody on the machine can see while the command runs. Assigned first: within the text for gcloud, a failure
    // would not end the script, and would leave a user without a password.
    [
      'PASSWORD="$(openssl rand -hex 24)"',
      'echo "The password of the database user comments, for MYSQL_URL: ${PASSWORD:?openssl gave none}" >&2',
      "gcloud sql users create comments --instance=comments --flags-file=/dev/stdin <<EOF",
      '--password: "$PASSWORD"',
      "EOF",
    ].join("\n"),
    ...(hasReplica
      ? [`gcloud sql instances create comments-replica --master-instance-name=comments --region=${region} ${network}`]
      : []),
  ];
}

function accountCommands({ projectId }: SetupOptions): string[] {
  return [
    ...PROJECT_ROLES.map(
      (role) =>
        `gcloud projects add-iam-policy-binding ${projectId} --member="serviceAccount:$ACCOUNT" --role=roles/${role}`,
    ),
    ...OWN_ROLES.map(
      (role) =>
        `gcloud iam service-accounts add-iam-policy-binding "$ACCOUNT" --member="serviceAccount:$ACCOUNT" --role=roles/${role}`,
    ),
  ];
}

/** The Realtime Database is in three places. */
function databaseLocation(region: string): string {
  if (region.startsWith("europe-")) return "europe-west1";
  return region.startsWith("asia-") || region.startsWith("australia-") ? "asia-southeast1" : "us-central1";
}

function monitoringCommands({ projectId, host }: SetupOptions): string[] {
  return [
    'CHANNEL="$(gcloud beta monitoring channels create --display-name=on-call --type=email --channel-labels="email_address=${ON_CALL_ADDRESS:?set it}" --format=\'value(name)\')"',
    `gcloud alpha monitoring policies create --notification-channels="$CHANNEL" --policy='${JSON.stringify(alertPolicy)}'`,
    `gcloud monitoring uptime create live-comments --resource-type=uptime-url --resource-labels=host=${host},project_id=${projectId} --protocol=https --path=/v1/ready --period=1`,
    `gcloud monitoring dashboards create --config='${JSON.stringify(dashboard)}'`,
  ];
}

function budgetCommand({ projectId, budget }: SetupOptions): string {
  const rules = [0.5, 0.9, 1].map((percent) => `--threshold-rule=percent=${percent}`).join(" ");
  return `gcloud billing budgets create --billing-account="\${BILLING_ACCOUNT:?set it}" --display-name=live-comments --budget-amount=${budget}USD --filter-projects=projects/${projectId} ${rules}`;
}
