// A button: plain, `main` (the one thing to do next) or `quiet` (a word in a sentence or a row).
import { Button as AriaButton, type ButtonProps } from "react-aria-components";

import styles from "./Button.module.css";

type Kind = "plain" | "main" | "quiet";

export function Button({
  kind = "plain",
  large = false,
  ...rest
}: Omit<ButtonProps, "className" | "style"> & { kind?: Kind; large?: boolean }) {
  const names = [styles["button"], styles[kind] ?? "", large ? styles["large"] : ""];
  return <AriaButton {...rest} className={names.filter(Boolean).join(" ")} />;
}
