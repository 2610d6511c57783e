/* Runs the browser's evaluator on contexts: reads JSON lines {bundle, context} on standard input and writes one line with
   the decision for each. A line without a bundle takes that of the line before. */

"use strict";

const fs = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");
const vm = require("node:vm");

const script = path.join(__dirname, "../../membership/static/membership/prompts.js");
vm.runInThisContext(fs.readFileSync(script, "utf8"), { filename: script });

let bundle = null;

readline.createInterface({ input: process.stdin, crlfDelay: Infinity }).on("line", (line) => {
  if (!line) return;
  const given = JSON.parse(line);
  bundle = given.bundle ?? bundle;
  process.stdout.write(`${JSON.stringify(MastheadPrompts.decidePage(bundle, given.context))}\n`);
});
