import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { driverOptions } from "../../../functions/src/database/connections/driver-options.ts";
import { createCertificate } from "../../support/network/certificate.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const URL_ = "mysql://ada:secret@db.example.com:3306/live_comments";
const { cert } = createCertificate("db.example.com");
const CA = encodeURIComponent(cert);
const folder = useTemporaryFolder();

describe("the driver's options", () => {
  test("are plain without parameters", () => {
    expect(driverOptions(URL_)).toEqual({ uri: URL_ });
  });

  test("have the socket", () => {
    expect(driverOptions(`${URL_}?socketPath=/cloudsql/p:r:i`)).toEqual({ uri: URL_, socketPath: "/cloudsql/p:r:i" });
  });

  test("verify what each ssl-mode says", () => {
    expect(driverOptions(`${URL_}?ssl-mode=REQUIRED`).ssl).toMatchObject({ rejectUnauthorized: false });
    const ofAuthority = { ca: cert, rejectUnauthorized: true, verifyIdentity: false };
    expect(driverOptions(`${URL_}?ssl-mode=VERIFY_CA&ssl-ca=${CA}`).ssl).toMatchObject(ofAuthority);
    const ofHost = { ca: cert, rejectUnauthorized: true, verifyIdentity: true };
    expect(driverOptions(`${URL_}?ssl-mode=VERIFY_IDENTITY&ssl-ca=${CA}`).ssl).toMatchObject(ofHost);
  });

  test("read the authority from a file", () => {
    const file = join(folder.path, "ca.pem");
    writeFileSync(file, cert);
    expect(driverOptions(`${URL_}?ssl-mode=VERIFY_CA&ssl-ca=${file}`).ssl).toMatchObject({ ca: cert });
  });

  test.each([
    ["an option of the driver", `${URL_}?multipleStatements=true`, "has a parameter besides"],
    ["an unknown mode", `${URL_}?ssl-mode=PREFERRED`, "has an ssl-mode besides"],
    ["an authority that nothing verifies", `${URL_}?ssl-ca=${CA}`, "has ssl-ca without an ssl-mode"],
    [
      "an authority that ssl-mode=REQUIRED ignores",
      `${URL_}?ssl-mode=REQUIRED&ssl-ca=${CA}`,
      "has ssl-ca without an ssl-mode",
    ],
    ["no certificate", `${URL_}?ssl-mode=VERIFY_CA&ssl-ca=abc`, "no certificate in PEM"],
    ["a missing file", `${URL_}?ssl-mode=VERIFY_CA&ssl-ca=/nonexistent/ca.pem`, "cannot be read"],
    [
      "an identity of an address",
      "mysql://ada:secret@10.1.2.3/x?ssl-mode=VERIFY_IDENTITY",
      "use a host name, or VERIFY_CA",
    ],
  ])("refuse %s, without a value in the error", (_, url, message) => {
    expect(() => driverOptions(url)).toThrow(message);
    expect(() => driverOptions(url)).not.toThrow(/secret|abc|nonexistent/);
  });
});
