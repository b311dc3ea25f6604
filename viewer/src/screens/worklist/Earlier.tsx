// Cases of sessions that are over: each opens again only with a reason, which the log keeps and the report tells.
import { useState } from "react";

import { amendReading, type EarlierItem } from "../../api";
import { Button } from "../../design/Button";
import { TextLine } from "../../design/Field";
import { Failure } from "../../design/Notice";
import { PART, Parts } from "../../design/Parts";
import { Table } from "../../design/Table";
import { Window } from "../../design/Window";
import { Link } from "../shell/Link";
import { goTo } from "../shell/place";
import { useDoing } from "../shell/useDoing";
import styles from "./Earlier.module.css";

const COLUMNS = [{ label: "Session" }, { label: "Case" }, { label: "Amend", unseen: true }];

export function Earlier({ items }: { items: readonly EarlierItem[] }) {
  const [chosen, setChosen] = useState<EarlierItem | null>(null);
  const [from, setFrom] = useState(0);
  if (items.length === 0) return null;
  return (
    <section className={styles["earlier"]} aria-labelledby="earlier">
      <h2 id="earlier">Earlier sessions</h2>
      <p className="soft">Their readings stand. One that is wrong can be opened again, with a reason.</p>
      <Table columns={COLUMNS}>
        {items.slice(from, from + PART).map((one) => (
          <tr key={one.item}>
            <td>{one.session}</td>
            <th scope="row">{one.label}</th>
            <td>
              {one.state === "amending" ? (
                <Link to={`/read/${one.item}`}>Opened again</Link>
              ) : (
                <Button kind="quiet" aria-label={`Amend ${one.label} of session ${one.session}`} onPress={() => setChosen(one)}>
                  Amend
                </Button>
              )}
            </td>
          </tr>
        ))}
      </Table>
      <Parts label="Parts of earlier sessions" from={from} total={items.length} onFrom={setFrom} />
      {chosen ? <Amend item={chosen} onClose={() => setChosen(null)} /> : null}
    </section>
  );
}

function Amend({ item, onClose }: { item: EarlierItem; onClose: () => void }) {
  const [reason, setReason] = useState("");
  const doing = useDoing();
  return (
    <Window title={`Amend ${item.label} of session ${item.session}`} isOpen onClose={onClose}>
      <form
        className={styles["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          void doing.start(() => amendReading(item.item, reason)).then((done) => done && goTo(`/read/${item.item}`));
        }}
      >
        <p>
          You will see what you drew then. If you have begun to read again since, the report says that this reading was
          amended late.
        </p>
        <TextLine label="Reason" value={reason} onChange={setReason} maxLength={500} isRequired autoFocus />
        {doing.error ? <Failure error={doing.error} /> : null}
        <Button kind="main" type="submit" isDisabled={doing.busy || reason.trim() === ""}>
          Open it again
        </Button>
      </form>
    </Window>
  );
}
