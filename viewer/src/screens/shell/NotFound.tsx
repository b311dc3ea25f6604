// An address that leads nowhere, or nowhere for this person: the two look the same.
import { Empty } from "../../design/Notice";
import { Link } from "./Link";
import { useTitle } from "./useTitle";

/** `nothing`: no page opens for this person, who has `roles` or none. */
export function NotFound({ nothing = false, roles = "" }: { nothing?: boolean; roles?: string }) {
  useTitle(nothing ? "" : "No such page");
  if (nothing) {
    return roles ? (
      <Empty alone title="Nothing here is for your role">
        <p>You are: {roles}. No page of the reading room opens for that. Its administrator can give you another role.</p>
      </Empty>
    ) : (
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
