// Ways in by an account that the house has already; the provider sends the browser back here.
import { Refusal, type Session } from "../../api";
import { Failure } from "../../design/Notice";
import styles from "./Door.module.css";

/** `invitation`: the account there becomes the invited person's. */
export function Providers({ session, invitation = "" }: { session: Session; invitation?: string }) {
  const refused = new URLSearchParams(window.location.search).get("refused");
  const asked = invitation ? `?${new URLSearchParams({ invitation })}` : "";
  return (
    <>
      {refused ? <Failure error={new Refusal(0, refused, "Signing in with the account of your house did not work.", REMEDY)} /> : null}
      {session.oidc.length > 0 ? (
        <div className={styles["others"]}>
          <p className={styles["lead"]}>Or with the account of your house:</p>
          {session.oidc.map((provider) => (
            <a key={provider.id} href={`/api/oidc/${encodeURIComponent(provider.id)}${asked}`} className={styles["other"]}>
              {provider.label}
            </a>
          ))}
        </div>
      ) : null}
    </>
  );
}

const REMEDY = "Open your invitation first and choose it there, or ask an administrator of the study for an invitation.";
