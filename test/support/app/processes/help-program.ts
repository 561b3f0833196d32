import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

// Runs each command that it is given with --help, and prints what each of them printed as JSON. In one Node, because most of the time of
// a start is for modules that nearly all of them load.
const { stdout } = process;
const write = stdout.write.bind(stdout);
const printed: Record<string, string> = {};
for (const command of process.argv.slice(2)) {
  printed[command] = "";
  stdout.write = (text) => {
    printed[command] += String(text);
    return true;
  };
  process.argv = [process.execPath, resolve(command), "--help"];
  await import(pathToFileURL(resolve(command)).href);
}
stdout.write = write;
console.log(JSON.stringify(printed));
