// The four images, two by two; one of them large where that is asked for.
import { useEffect, useRef, useState } from "react";

import { Stage } from "../../../viewer/stage";
import type { Board } from "../state/board";
import { PaneView, type PaneActions } from "./PaneView";
import styles from "./panes.module.css";

interface Props {
  readonly board: Board;
  readonly version: number;
  readonly actions: PaneActions;
}

/** `?draw=processor` and `?draw=graphics` in the address say how images are drawn; without it the page decides. */
function rendererAsked(): "auto" | "processor" | "graphics" {
  const asked = new URLSearchParams(window.location.search).get("draw");
  return asked === "processor" || asked === "graphics" ? asked : "auto";
}

export function Panes({ board, version, actions }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const [stage, setStage] = useState<Stage | null>(null);
  const { maximised } = board;

  useEffect(() => {
    const made = new Stage(rendererAsked());
    setStage(made);
    return () => made.close();
  }, []);
  useEffect(() => {
    if (!stage) return undefined;
    const refit = () => {
      stage.resize();
      board.fitAll();
    };
    const watch = new ResizeObserver(refit);
    watch.observe(place.current!);
    return () => watch.disconnect();
  }, [stage, board]);
  useEffect(() => {
    if (!stage) return;
    stage.resize();
    board.fitAll();
  }, [stage, board, maximised]);

  const names = [styles["panes"], maximised === null ? "" : styles["one"]];
  return (
    <div ref={place} className={names.filter(Boolean).join(" ")}>
      {stage
        ? Array.from({ length: board.count }, (_, at) => (
            <PaneView key={at} at={at} board={board} stage={stage} version={version} actions={actions} />
          ))
        : null}
    </div>
  );
}
