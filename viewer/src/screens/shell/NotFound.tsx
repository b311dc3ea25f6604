// An address that leads nowhere, or nowhere for this person: the two look the same.
import { Empty } from "../../design/Notice";
import { Link } from "./Link";

/** `nothing`: the person may sign in but was given no role yet. */
export function NotFound({ nothing = false }: { nothing?: boolean }) {
  if (nothing) {
    return (
      <Empty alone title="You have no role in this study yet">
        <p>Ask its administrator for one. This page shows what it opens as soon as you have it.</p>
      </Empty>
    );
  }
  return (
    <Empty alone title="There is no such page">
      <p>Or your role does not open it.</p>
      <Link to="/">Back to the start</Link>
    </Empty>
  );
}
