import { z } from "zod";
import { type Outcome, ok, warning } from "../outcome.ts";
import type { ProjectFacts } from "./facts.ts";

const instance = z.looseObject({
  name: z.string(),
  databaseVersion: z.string(),
  instanceType: z.string().default("CLOUD_SQL_INSTANCE"),
  region: z.string(),
  settings: z.looseObject({
    availabilityType: z.string().default("ZONAL"),
    deletionProtectionEnabled: z.boolean().default(false),
    backupConfiguration: z
      .looseObject({ enabled: z.boolean().default(false), binaryLogEnabled: z.boolean().default(false) })
      .default({ enabled: false, binaryLogEnabled: false }),
  }),
});

/** MySQL is the only data that matters. */
export async function cloudSql({ google, id, region }: ProjectFacts): Promise<Outcome[]> {
  const found = await google.list("sqladmin", `/v1/projects/${id}/instances`, "items", instance);
  const primaries = found.filter(
    ({ databaseVersion, instanceType }) => databaseVersion.startsWith("MYSQL") && instanceType === "CLOUD_SQL_INSTANCE",
  );
  if (primaries.length === 0) return [ok("no Cloud SQL instance of MySQL in this project; the database is elsewhere")];
  return primaries.flatMap(({ name, region: where, settings }) => {
    const { enabled, binaryLogEnabled } = settings.backupConfiguration;
    const patch = `gcloud sql instances patch ${name} --project=${id}`;
    const outcomes: Outcome[] = [];
    if (!enabled) outcomes.push(warning(`${name} has no backups`, `${patch} --backup-start-time=03:00`));
    if (!binaryLogEnabled) outcomes.push(warning(`${name} has no point-in-time recovery`, `${patch} --enable-bin-log`));
    if (settings.availabilityType !== "REGIONAL")
      outcomes.push(warning(`${name} has no standby in another zone`, `${patch} --availability-type=REGIONAL`));
    if (!settings.deletionProtectionEnabled)
      outcomes.push(warning(`${name} can be deleted by mistake`, `${patch} --deletion-protection`));
    if (where !== region)
      outcomes.push(
        warning(
          `${name} is in ${where}, and the functions in ${region}`,
          "set FUNCTIONS_REGION to the instance's region",
        ),
      );
    return outcomes.length > 0 ? outcomes : [ok(`${name} has backups, point-in-time recovery and a standby`)];
  });
}
