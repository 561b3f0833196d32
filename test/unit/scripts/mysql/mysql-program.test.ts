import { expect, test } from "@jest/globals";
import { parseBanner } from "../../../../scripts/platform/mysql/program.ts";
import { databaseOf, withDatabase } from "../../../../scripts/platform/mysql/database.ts";

test("the banner tells MariaDB, also when the program is called mysqld", () => {
  const banner = "/usr/sbin/mysqld  Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)";
  expect(parseBanner("/usr/sbin/mysqld", banner)).toMatchObject({ kind: "mariadb", version: "10.11.19" });
});

test("MySQL 8.0 and later are usable", () => {
  const banner = "/usr/sbin/mysqld  Ver 8.4.3 for Linux on x86_64 (MySQL Community Server - GPL)";
  expect(parseBanner("/usr/sbin/mysqld", banner)).toMatchObject({ kind: "mysql", version: "8.4.3" });
});

test.each(["mysqld  Ver 5.7.44 for Linux", "mariadbd  Ver 10.6.18-MariaDB for Linux", "command not found"])(
  "%s is not usable",
  (banner) => {
    expect(parseBanner("/x", banner)).toBeUndefined();
  },
);

test("a URL without a database means ours, and a new database keeps the options", () => {
  expect(databaseOf("mysql://root@h:1")).toBe("live_comments");
  expect(databaseOf("mysql://root@h:1/mine?ssl=true")).toBe("mine");
  expect(withDatabase("mysql://u:p%40@h:1/mine?ssl=true", "other")).toBe("mysql://u:p%40@h:1/other?ssl=true");
  expect(() => databaseOf("localhost")).toThrow("MYSQL_URL is not a URL");
});
