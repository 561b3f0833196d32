import type { Context } from "../../functions/src/context.ts";

/** The value of a metric's series on the context's own Prometheus page; undefined if there is none with these labels. */
export async function metric(
  { metricsPage }: Pick<Context, "metricsPage">,
  name: string,
  labels: Record<string, string>,
): Promise<number | undefined> {
  const page = await metricsPage!();
  const lines = page.split("\n").filter((line) => line.startsWith(`live_comments_${name}{`));
  const line = lines.find((one) => Object.entries(labels).every(([key, value]) => one.includes(`${key}="${value}"`)));
  return line === undefined ? undefined : Number(line.split(" ").at(-1));
}
