// SPDX-License-Identifier: MIT
// Solves an LP file with HiGHS as the npm package `highs` brings it. Usage: node race_highs.cjs FILE.lp SECONDS
"use strict";
const { readFileSync } = require("node:fs");
const [, , file, seconds] = process.argv;
require("highs")().then((highs) => {
  const found = highs.solve(readFileSync(file, "utf8"), { time_limit: Number(seconds), output_flag: false, mip_rel_gap: 0 });
  console.log(`status ${found.Status}`);
  console.log(`objective ${found.ObjectiveValue}`);
});
