import { z } from "zod";
import { driverOptions } from "./connections/driver-options.ts";

const FORM = "mysql://user:password@host:port/database";
/** Each has a pool in each instance, and is asked twice a second. */
const MAX_REPLICAS = 8;

export interface ReplicaConfig {
  urls: string[];
  /** How old what is read on a replica may be. */
  maxLagMs: number;
}

/** A server and a database on it. */
export const mysqlUrl = z
  .url({ protocol: /^mysql$/, error: `must be ${FORM}`, abort: true })
  .superRefine((url, context) => {
    try {
      driverOptions(url);
    } catch (error) {
      context.addIssue(error instanceof Error ? error.message : "is no URL of MySQL");
    }
  });

/** Replicas, with commas between. */
export const replicaUrls = z.string().transform((text, context): string[] => {
  const urls = text
    .split(",")
    .map((url) => url.trim())
    .filter((url) => url !== "");
  if (!urls.every((url) => mysqlUrl.safeParse(url).success)) {
    context.addIssue(`must be ${FORM}, or several with commas between`);
  }
  if (new Set(urls).size < urls.length) context.addIssue("names a replica twice");
  if (urls.length > MAX_REPLICAS) context.addIssue(`names more than ${MAX_REPLICAS} replicas`);
  return urls;
});

/** For logs and metrics: where a server is, without user and password. */
export function serverName(url: string): string {
  const { host, searchParams } = new URL(url);
  return searchParams.get("socketPath") ?? host;
}
