// Where two readers differ by more than the protocol allows: a list for who decides.
import { listDisputes, type DisputeReason } from "../../api";
import { Empty, Failure, Waiting } from "../../design/Notice";
import { Table } from "../../design/Table";
import { Link } from "../shell/Link";
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
  const { value: disputes, error } = useAnswer(listDisputes);
  if (error) return <Failure error={error} />;
  if (!disputes) return <Waiting />;
  const open = disputes.filter((one) => one.state === "open");
  return (
    <>
      <Title under={disputes.length > 0 ? `${many(open.length, "case")} to decide` : undefined}>Adjudication</Title>
      {disputes.length === 0 ? (
        <Empty title="There is nothing for you to decide">
          <p>A case stands here once all its readings are locked, they differ, and you were named to decide.</p>
        </Empty>
      ) : (
        <Table columns={COLUMNS}>
          {disputes.map((one) => (
            <tr key={one.id}>
              <th scope="row">
                <Link to={`/adjudication/${one.id}`}>{one.label}</Link>
              </th>
              <td>{WHY[one.reason]}</td>
              <td>{one.state === "open" ? "To decide" : "Decided"}</td>
            </tr>
          ))}
        </Table>
      )}
    </>
  );
}
