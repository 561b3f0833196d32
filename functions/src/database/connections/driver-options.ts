import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import type { ConnectionOptions } from "mysql2";

type DriverOptions = Pick<ConnectionOptions, "uri" | "socketPath" | "ssl">;

/**
 * How to connect to a MySQL URL. Besides `mysql://user:password@host:port/database`, it may have these parameters:
 *
 * - `socketPath=/cloudsql/PROJECT:REGION:INSTANCE`: over a socket file; host and port do not count.
 * - `ssl-mode`, with the names of MySQL's own clients: `DISABLED` (the default), `REQUIRED` (encrypted, whoever the server is),
 *   `VERIFY_CA` (its certificate is signed by the authority), `VERIFY_IDENTITY` (and it names the host, which must not be an address:
 *   the driver would compare the certificate with `localhost`).
 * - `ssl-ca`: the authority's certificate, as a file's path or as the PEM itself, URL-encoded. Without it, the authorities that Node trusts.
 *
 * The driver would take any of its options from the URL, such as `multipleStatements`. Here every other parameter is an error.
 * @throws Error that names the parameter, and never a value
 */
export function driverOptions(url: string): DriverOptions {
  const { searchParams, hostname } = new URL(url);
  for (const name of searchParams.keys()) {
    if (!PARAMETERS.includes(name)) throw new Error(`has a parameter besides ${PARAMETERS.join(", ")}`);
  }
  const socketPath = searchParams.get("socketPath");
  const mode = searchParams.get("ssl-mode") ?? "DISABLED";
  if (mode === "VERIFY_IDENTITY" && isIP(hostname.replace(/^\[|\]$/g, "")) !== 0) {
    throw new Error("has ssl-mode=VERIFY_IDENTITY with an address; use a host name, or VERIFY_CA");
  }
  const ssl = sslOf(mode, searchParams.get("ssl-ca"));
  const uri = new URL(url);
  uri.search = "";
  return { uri: uri.href, ...(socketPath !== null && { socketPath }), ...(ssl && { ssl }) };
}

const PARAMETERS = ["socketPath", "ssl-mode", "ssl-ca"];

type Tls = Extract<NonNullable<ConnectionOptions["ssl"]>, object>;

function sslOf(mode: string, authority: string | null): Tls | undefined {
  if (authority !== null && ["DISABLED", "REQUIRED"].includes(mode)) {
    throw new Error("has ssl-ca without an ssl-mode that verifies");
  }
  const ca = authority === null ? {} : { ca: readAuthority(authority) };
  switch (mode) {
    case "DISABLED":
      return undefined;
    case "REQUIRED":
      return { rejectUnauthorized: false, minVersion: "TLSv1.2" };
    case "VERIFY_CA":
      return { ...ca, rejectUnauthorized: true, verifyIdentity: false, minVersion: "TLSv1.2" };
    case "VERIFY_IDENTITY":
      return { ...ca, rejectUnauthorized: true, verifyIdentity: true, minVersion: "TLSv1.2" };
    default:
      throw new Error("has an ssl-mode besides DISABLED, REQUIRED, VERIFY_CA, VERIFY_IDENTITY");
  }
}

function readAuthority(authority: string): string {
  const pem = authority.startsWith("/") ? readPem(authority) : authority;
  if (!pem.includes("-----BEGIN CERTIFICATE-----")) throw new Error("has an ssl-ca that is no certificate in PEM");
  return pem;
}

function readPem(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new Error("has an ssl-ca that names a file that cannot be read");
  }
}
