// The server does not answer: said on every page, and asked again until it does. What stands on the page stays.
import { useEffect, useSyncExternalStore } from "react";

import { isReached, lookWhoIsHere, onReachChanged } from "../../api";
import { Button } from "../../design/Button";
import styles from "./Shell.module.css";
import { askAllAgain } from "./useAnswer";

const EVERY_MS = 3_000;

export function Unreached() {
  const isThere = useSyncExternalStore(onReachChanged, isReached);
  useEffect(() => {
    if (isThere) return;
    const turn = setInterval(() => void lookWhoIsHere(), EVERY_MS);
    return () => {
      clearInterval(turn);
      askAllAgain();
    };
  }, [isThere]);
  return (
    <div role="status">
      {isThere ? null : (
        <div className={styles["unreached"]}>
          <p>
            <strong>The server does not answer.</strong> What is on this page stays, and can be saved when the server is
            back.
          </p>
          <Button onPress={() => void lookWhoIsHere()}>Try now</Button>
        </div>
      )}
    </div>
  );
}
