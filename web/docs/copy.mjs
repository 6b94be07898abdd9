// Puts the API page beside the built page: our two files and the two of swagger-ui-dist they load.
import { copyFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const here = import.meta.dirname;
const target = join(here, "../../src/arcops/api/static/docs");
const swagger = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));

mkdirSync(target, { recursive: true });
for (const file of ["index.html", "init.js"]) copyFileSync(join(here, file), join(target, file));
for (const file of ["swagger-ui.css", "swagger-ui-bundle.js", "LICENSE"]) copyFileSync(join(swagger, file), join(target, file));
