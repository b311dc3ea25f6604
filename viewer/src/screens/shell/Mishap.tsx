// A screen that could not be shown: mostly because the server was updated while the page was open.
import { Component, type ReactNode } from "react";

import { Refusal } from "../../api";
import { Button } from "../../design/Button";
import { Failure } from "../../design/Notice";

/** `inside`: of the shell, which stays. */
export class Mishap extends Component<{ children: ReactNode; inside?: boolean }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    const Place = this.props.inside ? "div" : "main";
    return (
      <Place style={{ display: "grid", gap: "var(--s4)", justifyItems: "start", padding: "var(--s8)" }}>
        <Failure error={new Refusal(0, "page.failed", "This page could not be shown.", REMEDY)} />
        <Button kind="main" onPress={() => window.location.reload()}>
          Load it again
        </Button>
      </Place>
    );
  }
}

const REMEDY = "Adcurate may have been updated while the page was open. What was drawn is kept.";
