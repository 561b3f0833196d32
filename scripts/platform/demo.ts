/** Whether the seed is to run: there is no user, or a killed one has added some of its own and no other is there. */
export function needsSeed(usernames: string[]): boolean {
  const own: string[] = demo.users.map(({ username }) => username);
  return usernames.length < own.length && usernames.every((name) => own.includes(name));
}

/** What the seed adds. Only for a developer's machine. */
export const demo = {
  videoId: "welcome",
  password: "demo-password",
  users: [
    { email: "ada@example.com", username: "ada", comment: "First! The opening shot is lovely." },
    {
      email: "grace@example.com",
      username: "grace",
      comment: "Open a second window and answer me: I will see it at once.",
    },
  ],
};
