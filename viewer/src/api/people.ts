// Who may sign in, for an administrator.
import { answer, client, until } from "./client";
import type { Invitation, PeopleList, Person, PersonChange, Role } from "./names";

export async function listPeople(signal?: AbortSignal): Promise<Person[]> {
  return (await answer<PeopleList>(client.GET("/api/people", until(signal)))).people;
}

export function addPerson(name: string, display_name: string, roles: Role[]): Promise<Person> {
  return answer(client.POST("/api/people", { body: { name, display_name, roles } }));
}

export function changePerson(person_id: string, body: PersonChange): Promise<Person> {
  return answer(client.PATCH("/api/people/{person_id}", { params: { path: { person_id } }, body }));
}

export function invitePerson(person_id: string): Promise<Invitation> {
  return answer(client.POST("/api/people/{person_id}/invitation", { params: { path: { person_id } } }));
}
