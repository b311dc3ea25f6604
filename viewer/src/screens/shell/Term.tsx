// A word with its explanation where it stands: under the mouse, at the keyboard's focus, or at a tap.
import { useState, type ReactNode } from "react";
import { Button, OverlayArrow, Tooltip, TooltipTrigger } from "react-aria-components";

import styles from "./Term.module.css";
import { TERMS, type TermName } from "./terms";

export function Term({ word, children = word }: { word: TermName; children?: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <TooltipTrigger delay={200} isOpen={isOpen} onOpenChange={setOpen}>
      <Button className={styles["term"] ?? ""} onPress={() => setOpen(true)}>
        {children}
      </Button>
      <Tooltip className={styles["says"] ?? ""} offset={6}>
        <OverlayArrow />
        {TERMS[word]}
      </Tooltip>
    </TooltipTrigger>
  );
}
