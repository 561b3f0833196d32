import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { until } from "../until.ts";

/** Starts Google's emulator, so that the tests of our own server can run against it. Needs Java, and the JAR of firebase-tools. */
export async function startOfficialEmulator(): Promise<{ host: string; port: number; close(): Promise<void> }> {
  const jar = process.env["RTDB_EMULATOR_JAR"];
  if (!jar) {
    throw new Error("RTDB_EMULATOR=official needs RTDB_EMULATOR_JAR, the path of firebase-database-emulator-v*.jar");
  }
  const host = "127.0.0.1";
  const port = await freePort(host);
  const child = spawn("java", ["-jar", jar, "--host", host, "--port", String(port)], { stdio: "inherit" });
  await until("the official emulator", async () => (await fetch(`http://${host}:${port}/`).catch(() => null))?.status);
  return {
    host,
    port,
    close: async () => {
      const exited = new Promise((resolve) => child.once("exit", resolve));
      child.kill();
      await exited;
    },
  };
}

async function freePort(host: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
