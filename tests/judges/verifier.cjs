// Asks the verifier's page about chains: a JSON line in, its faults as a JSON line out. With --own it
// makes its hashes itself, as a browser does that has no crypto.subtle.
const readline = require("node:readline");
const path = require("node:path");

if (process.argv.includes("--own")) Object.defineProperty(globalThis, "crypto", { value: undefined });
const { faults } = require(path.join(__dirname, "../../static/js/verify.js"));

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(JSON.stringify(await faults(JSON.parse(line))) + "\n");
  }
})();
