// The console of `chime local` in Chromium. `console.py` starts what this needs.
import { check, checksPassed, context, local, wrong } from "./harness.mjs";
import { hostile } from "./hostile.mjs";
import { live } from "./live.mjs";
import { load } from "./load.mjs";
import { looks } from "./looks.mjs";
import { operations } from "./operations.mjs";
import { roles } from "./roles.mjs";
import { safety } from "./safety.mjs";

const PARTS = { live, looks, roles, hostile, safety, operations, load };

// All of them, in this order, or those that the arguments name.
for (const [name, part] of Object.entries(PARTS)) {
  if (process.argv.length > 2 && !process.argv.includes(name)) continue;
  // Each finds the demo world.
  await local("reset", { method: "POST" });
  await part();
}
check("nothing went wrong in a page", wrong, []);
await context.close();
console.log(`the console in Chromium: ${checksPassed()} checks passed`);
