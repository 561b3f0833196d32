import { expect, test } from "@jest/globals";
import { isCloudSql, refuseRemoteServers, remoteServers } from "../../../../scripts/platform/local-servers.ts";

test.each([
  "mysql://root@127.0.0.1:3306/live_comments",
  "mysql://root@localhost",
  "mysql://root@[::1]:3306/x",
  "mysql://root@db.example.com/x?socketPath=/run/mysqld/mysqld.sock",
  "",
])("a MySQL of this machine may be used: %s", (url) => {
  expect(remoteServers({ MYSQL_URL: url })).toEqual([]);
});

test.each([
  "mysql://comments:pw@10.2.3.4:3306/live_comments?ssl-mode=VERIFY_CA",
  "mysql://comments:pw@db.example.com",
  "mysql://comments:pw@127.0.0.1.example.com/x",
  "mysql://comments:pw@localhost/x?socketPath=/cloudsql/my-comments:europe-west1:comments",
])("a MySQL of another machine is refused before anything is done, without its password: %s", async (url) => {
  const refused = refuseRemoteServers({ MYSQL_URL: url }, "give --remote");
  await expect(refused).rejects.toThrow(/^MYSQL_URL in the environment: .* Nothing was done\. .*--remote\.$/);
});

test("so are replicas and a Redis of another machine; replicas only where they are used", () => {
  const local = "mysql://root@127.0.0.1/x";
  const remote = "mysql://read:pw@10.2.3.5/x";
  expect(remoteServers({ MYSQL_URL: local, MYSQL_REPLICA_URLS: `${local}, ${remote}` })).toEqual([
    "MYSQL_REPLICA_URLS",
  ]);
  expect(remoteServers({ MYSQL_REPLICA_URLS: remote })).toEqual([]);
  expect(remoteServers({ REDIS_URL: "rediss://:pw@10.2.3.6:6379" })).toEqual(["REDIS_URL"]);
  expect(remoteServers({ REDIS_URL: "redis://127.0.0.1:6379" })).toEqual([]);
});

test("a server of Cloud SQL tells itself by its version, whichever address leads to it", () => {
  expect(isCloudSql("8.4.4-google")).toBe(true);
  expect(["8.4.3", "10.11.19-MariaDB-0+deb12u1"].filter(isCloudSql)).toEqual([]);
});
