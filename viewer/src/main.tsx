// Where the page starts: one root, one application.
import { lazy, StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";

import "./design/theme.css";
import { App } from "./screens/App";

const Welcome = lazy(() => import("./screens/welcome/Welcome"));

const place = document.getElementById("page");
if (!place) throw new Error("The page has no place to start in.");
createRoot(place).render(
  <StrictMode>
    <Suspense fallback={null}>{window.location.pathname === "/welcome" ? <Welcome /> : <App />}</Suspense>
  </StrictMode>,
);
