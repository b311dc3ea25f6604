/// <reference types="vitest/config" />
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// In development the page comes from Vite and its questions go to a running `adcurate serve`.
const server = process.env["ADCURATE_SERVER"] ?? "http://127.0.0.1:8600";

export default defineConfig({
  plugins: [react()],
  worker: { format: "es" },
  build: { target: "es2022", sourcemap: false, chunkSizeWarningLimit: 4000 },
  server: { proxy: { "/api": { target: server, changeOrigin: false } } },
  test: { include: ["test/**/*.test.{ts,tsx}"], environment: "node" },
});
