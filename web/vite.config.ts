import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The service serves the result under /static/ with a policy that allows its own files only: nothing may be
// inlined, neither as a script nor as a data: address.
export default defineConfig({
  base: "/static/",
  plugins: [react()],
  build: {
    outDir: "../src/arcops/api/static",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8000" } },
});
