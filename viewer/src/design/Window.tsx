// A window over the page: it takes the keyboard, Escape closes it, and the page behind stays as it is.
import type { ReactNode } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";

import styles from "./Window.module.css";

type Props = { title: string; isOpen: boolean; onClose?: () => void; wide?: boolean; children: ReactNode };

/** Without `onClose` it cannot be closed: something must be answered first. */
export function Window({ title, isOpen, onClose, wide = false, children }: Props) {
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose?.();
      }}
      isDismissable={Boolean(onClose)}
      isKeyboardDismissDisabled={!onClose}
      className={styles["veil"] ?? ""}
    >
      <Modal className={`${styles["frame"]} ${wide ? styles["wide"] : ""}`}>
        <Dialog className={styles["inside"] ?? ""}>
          <Heading slot="title" level={2}>
            {title}
          </Heading>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
