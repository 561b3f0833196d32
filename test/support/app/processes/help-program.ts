import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

// Runs each command that it is given with --help, and prints what each of them printed as JSON. In one Node, because most of the time of
// a start is for modules that nearly all of them load.
const write = process.stdout.write;
const printed: Record<string, string> = {};
for (const command of process.argv.slice(2)) {
  printed[command] = "";
  process.stdout.write = (text) => {
    printed[command] += String(text);
    return true;
  };
  process.argv = [process.execPath, resolve(command), "--help"];
  await import(pathToFileURL(resolve(command)).href);
}
process.stdout.write = write;
console.log(JSON.stringify(printed));
