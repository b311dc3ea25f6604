// Where two readers differ by more than the protocol allows: a list for who decides.
import { useState } from "react";

import { listDisputes, type DisputeReason } from "../../api";
import { Button } from "../../design/Button";
import { Empty } from "../../design/Notice";
import { PART, Parts } from "../../design/Parts";
import { Table } from "../../design/Table";
import { useActions } from "../shell/actions";
import { Asked } from "../shell/Asked";
import { Link } from "../shell/Link";
import { goTo } from "../shell/place";
import { Title } from "../shell/Shell";
import { useAnswer } from "../shell/useAnswer";
import { many } from "../shell/words";

export const WHY: Record<DisputeReason, string> = {
  difference: "The means differ by more than the protocol allows",
  "not-same-lesion": "The readers drew different lesions",
  "cannot-assess": "One of the readers could not assess it",
};
const COLUMNS = [{ label: "Case" }, { label: "Why" }, { label: "State" }];

export default function Adjudications() {
  const answer = useAnswer(listDisputes);
  const disputes = answer.value ?? [];
  const open = disputes.filter((one) => one.state === "open");
  const next = open[0];
  const [from, setFrom] = useState(0);
  const decide = () => (next ? goTo(`/adjudication/${next.id}`) : undefined);
  useActions(next ? [{ key: "Enter", name: "Decide the next difference", run: decide }] : []);
  if (answer.error || !answer.value) return <Asked title="Adjudication" answer={answer} />;
  return (
    <>
      <Title
        under={disputes.length > 0 ? `${many(open.length, "case")} to decide, ${disputes.length - open.length} decided` : undefined}
        deeds={
          next ? (
            <Button kind="main" onPress={decide}>
              Decide {next.label} <kbd>Enter</kbd>
            </Button>
          ) : null
        }
      >
        Adjudication
      </Title>
      {disputes.length === 0 ? (
        <Empty title="There is nothing for you to decide">
          <p>A case stands here once all its readings are locked, they differ, and you were named to decide.</p>
        </Empty>
      ) : (
        <>
          <Table columns={COLUMNS}>
            {disputes.slice(from, from + PART).map((one) => (
              <tr key={one.id}>
                <th scope="row">
                  <Link to={`/adjudication/${one.id}`}>{one.label}</Link>
                </th>
                <td>{WHY[one.reason]}</td>
                <td>{one.state === "open" ? "To decide" : "Decided"}</td>
              </tr>
            ))}
          </Table>
          <Parts label="Parts of the list" from={from} total={disputes.length} onFrom={setFrom} />
        </>
      )}
    </>
  );
}
