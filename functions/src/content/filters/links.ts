import { domainToASCII } from "node:url";
import { tlds } from "@hapi/tlds";
import { asSeen } from "./comparable.ts";

/**
 * Ends of file names that are also top-level domains. `notes.md` is taken for a file, though it could be a host; `notes.md/x` is a link.
 * People who talk about programs name files often, and few hosts have these names.
 */
const FILE_ENDINGS = new Set(["md", "mov", "py", "rs", "sh", "zip"]);

/** Top-level domains that are hardly ever the word after a full stop: a capital does not make a sentence of them. */
const ALWAYS_HOSTS = new Set([
  "com",
  "net",
  "org",
  "info",
  "biz",
  "io",
  "app",
  "dev",
  "ru",
  "cn",
  "xyz",
  "shop",
  "top",
]);

/** What may be in a host, and before one (a user, an at sign). Everything else ends it. */
const HOST_RUN = /[\p{L}\p{M}\p{N}._@-]+/gu;
const SCHEME = /[a-z\d]:\/\//i;
/** An ideographic full stop works as a dot in an address bar. In other places it ends a sentence. */
const IDEOGRAPHIC_DOT = /(?<=[a-z\d])。(?=[a-z])/gi;
const IPV4 = /^(?:\d{1,3}\.){3}\d{1,3}$/;

/**
 * Refuses what a program or a person takes for a link: a scheme, `www.`, or a host whose last label is a registered top-level domain, in any
 * script. Linear: it reads the text once, and each host once.
 */
export function linkFilter(text: string): string | undefined {
  return hasLink(asSeen(text).replaceAll(IDEOGRAPHIC_DOT, ".")) ? "has a link" : undefined;
}

function hasLink(text: string): boolean {
  if (SCHEME.test(text)) return true;
  for (const { 0: run, index } of text.matchAll(HOST_RUN)) {
    if (run.includes(".") && isHost(run, text.slice(index + run.length, index + run.length + 2))) return true;
  }
  return false;
}

/** @param after the two characters after the run */
function isHost(run: string, after: string): boolean {
  const isFollowed = /^(?:[/?#]\S|:\d)/.test(after) && !run.endsWith(".");
  const at = run.lastIndexOf("@");
  // An e-mail address or a handle. With a path after it, it is a host with a user before it.
  if (at >= 0 && !isFollowed) return false;
  const host = run.slice(at + 1);
  if (IPV4.test(host)) return isFollowed && !/^\/\d/.test(after);
  // An empty label, as in "wait...what", is in no host, so what stands before and after it is looked at by itself.
  return host.split("..").some((part) => isHostName(trimmed(part), isFollowed ? after : ""));
}

/** @param after what follows the host: the first two characters of a path, a query or a port; empty if none does */
function isHostName(host: string, after: string): boolean {
  const labels = host.split(".");
  const last = labels.at(-1) ?? "";
  const before = labels.at(-2);
  if (before === undefined) return false;
  if (labels[0]?.toLowerCase() === "www") return true;
  const label = domainPart(last);
  const domain = label.toLowerCase();
  if (!isTopLevelDomain(domain)) return false;
  if (ALWAYS_HOSTS.has(domain)) return true;
  // "a.in-depth" is no host.
  if (isSeparator(last[label.length])) return false;
  if (FILE_ENDINGS.has(domain)) return after.startsWith("/");
  return after !== "" || !beginsSentence(before, label);
}

/** "the end.Next": somebody forgot the space. In a host, a capital after a small letter is rare. */
function beginsSentence(before: string, label: string): boolean {
  return /[\p{Ll}\p{Lo}\p{N}]$/u.test(before.slice(-2)) && /^\p{Lu}\p{Ll}/u.test(label);
}

/**
 * What may be a top-level domain at the beginning of a label. A label in Latin letters ends where another script or a hyphen begins:
 * "example.comを見て" has a host in it.
 */
function domainPart(label: string): string {
  if (!/^[a-z]/i.test(label) || /^xn--/i.test(label)) return label;
  const end = /[^\p{Script=Latin}\p{M}\d]/u.exec(label)?.index;
  return label.slice(0, end);
}

function isTopLevelDomain(domain: string): boolean {
  if (domain.length < 2 || domain.length > 63) return false;
  return tlds.has(/^[a-z\d-]+$/.test(domain) ? domain : domainToASCII(domain));
}

/** Without dots, hyphens and underscores at its ends. */
function trimmed(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isSeparator(text[start])) start += 1;
  while (end > start && isSeparator(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

function isSeparator(character: string | undefined): boolean {
  return character === "." || character === "-" || character === "_";
}
