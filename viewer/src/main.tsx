// Where the page starts: one root, one application.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import "./design/theme.css";
import { App } from "./screens/App";

const place = document.getElementById("page");
if (!place) throw new Error("The page has no place to start in.");
createRoot(place).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
