// Serves GitHub's API as npm `emulate` understands it, on a free port of the loopback interface, until standard input ends.
// usage: node serve.mjs FOLDER_OF_EMULATE OWNER TOKEN; the first line of standard output is the address.
import { createServer } from "node:net";
import { pathToFileURL } from "node:url";

const [folder, login, token] = process.argv.slice(2);
const { createEmulator } = await import(pathToFileURL(`${folder}/dist/api.js`).href);

const port = await new Promise((resolve) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});
// Addresses in its answers have to be its own, or PyGithub refuses to follow them.
const baseUrl = `http://127.0.0.1:${port}`;
const seed = { tokens: { [token]: { login, scopes: ["repo", "admin:org"] } }, github: { users: [{ login }] } };
const github = await createEmulator({ service: "github", port, baseUrl, seed });
console.log(baseUrl);
process.stdin.on("end", async () => {
  await github.close();
  process.exit(0);
});
process.stdin.resume();
