/** An unsigned ID token, as the Auth emulator makes it. */
export function unsignedToken(claims: Record<string, unknown>): string {
  const part = (json: object): string => Buffer.from(JSON.stringify(json)).toString("base64url");
  return `${part({ alg: "none", type: "JWT" })}.${part({ iat: 0, exp: 3600, ...claims })}.`;
}
