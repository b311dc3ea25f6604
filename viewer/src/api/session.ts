// Who is signed in, how one becomes it, and what one changes about oneself.
import { answer, client, keepToken, takeToken, until } from "./client";
import type { RoleName, Session } from "./names";

/** Also takes up the token of the session: every sign-in makes a new one. */
export async function readSession(): Promise<Session> {
  const session = await answer<Session>(client.GET("/api/session"));
  keepToken(session.csrf, session.person?.id ?? "");
  return session;
}

export async function signIn(name: string, password: string, totp: string): Promise<Session> {
  await takeToken();
  await client.POST("/api/session", { body: { name, password, totp } });
  return readSession();
}

export async function signOut(): Promise<Session> {
  await client.DELETE("/api/session");
  return readSession();
}

export async function becomeFirstAdministrator(
  token: string,
  name: string,
  display_name: string,
  password: string,
  is_alone: boolean,
): Promise<Session> {
  await takeToken();
  await client.POST("/api/first-administrator", { body: { token, name, display_name, password, is_alone } });
  return readSession();
}

/** Whom an invitation is for. */
export function readInvitation(token: string, signal?: AbortSignal): Promise<{ name: string; display_name: string }> {
  return answer(client.GET("/api/invitations/{token}", { params: { path: { token } }, ...until(signal) }));
}

export async function acceptInvitation(token: string, password: string): Promise<Session> {
  await takeToken();
  await client.POST("/api/invitations/{token}", { params: { path: { token } }, body: { password } });
  return readSession();
}

export async function renewPassword(present: string, password: string): Promise<Session> {
  await client.POST("/api/session/password", { body: { present, password } });
  return readSession();
}

export function proposeSecondFactor(): Promise<{ secret: string; app_link: string }> {
  return answer(client.POST("/api/session/second-factor/secret"));
}

export async function setSecondFactor(password: string, secret: string, code: string): Promise<Session> {
  await client.PUT("/api/session/second-factor", { body: { password, secret, code } });
  return readSession();
}

export async function dropSecondFactor(password: string): Promise<Session> {
  await client.DELETE("/api/session/second-factor", { body: { password } });
  return readSession();
}

export function hasRole(session: Session, ...roles: RoleName[]): boolean {
  return session.person?.roles.some((held) => roles.includes(held.role)) ?? false;
}
